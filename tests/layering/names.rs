//! The names that a source file uses, as far as tokens tell: comments and texts are none, `use` trees are spread out.

use std::iter::Peekable;

use proc_macro2::{Delimiter, LexError, TokenStream, TokenTree, token_stream::IntoIter};

type Tokens = Peekable<IntoIter>;

/// Every path of the source, as `std::fs::read`, and every macro called, as `println!`. `self` and `super` at a path's
/// start become the module they mean, `module` being the source's own. Modules for tests are left out.
pub(crate) fn names_in(source: &str, module: &[&str]) -> Result<Vec<String>, LexError> {
    let mut found = Vec::new();
    scan(source.parse()?, &[], &mut found);
    Ok(found.iter().map(|path| absolute(path, module).join("::")).collect())
}

/// Collects the paths of some tokens, which stand in the braces of a `use` tree when there is a prefix.
fn scan(tokens: TokenStream, prefix: &[String], found: &mut Vec<Vec<String>>) {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(hash) if hash.as_char() == '#' && is_for_tests(&mut tokens) => {
                skip_item(&mut tokens);
            }
            TokenTree::Ident(first) => path(first.to_string(), &mut tokens, prefix, found),
            TokenTree::Punct(star) if star.as_char() == '*' && !prefix.is_empty() => {
                found.push([prefix, &["*".to_owned()]].concat());
            }
            TokenTree::Group(group) => scan(group.stream(), prefix, found),
            _ => {}
        }
    }
}

/// Reads the rest of a path that begins with this word.
fn path(first: String, tokens: &mut Tokens, prefix: &[String], found: &mut Vec<Vec<String>>) {
    let mut path = prefix.to_vec();
    path.push(first);
    loop {
        if is_punct(tokens, '!') {
            if let Some(last) = path.last_mut() {
                last.push('!');
            }
            break;
        }
        if !is_punct(tokens, ':') {
            break;
        }
        tokens.next();
        if !is_punct(tokens, ':') {
            break;
        }
        tokens.next();
        match tokens.peek() {
            Some(TokenTree::Ident(next)) => {
                path.push(next.to_string());
                tokens.next();
            }
            Some(TokenTree::Punct(star)) if star.as_char() == '*' => {
                path.push("*".to_owned());
                tokens.next();
                break;
            }
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                scan(group.stream(), &path, found);
                tokens.next();
                return;
            }
            // Type arguments: what stands in them is found by itself.
            _ => break,
        }
    }
    found.push(path);
}

/// The path from the crate's root, where it says where it begins.
fn absolute(path: &[String], module: &[&str]) -> Vec<String> {
    let ups = path.iter().take_while(|word| *word == "super").count();
    let here = |depth: usize| {
        let above = &module[..module.len().saturating_sub(depth)];
        std::iter::once("crate").chain(above.iter().copied()).map(str::to_owned)
    };
    match path[0].as_str() {
        "self" if path.len() > 1 => here(0).chain(path[1..].iter().cloned()).collect(),
        "super" => here(ups).chain(path[ups..].iter().cloned()).collect(),
        _ => path.to_vec(),
    }
}

fn is_punct(tokens: &mut Tokens, wanted: char) -> bool {
    matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == wanted)
}

/// Whether the attribute that has just begun is `cfg(test)`.
fn is_for_tests(tokens: &mut Tokens) -> bool {
    matches!(tokens.peek(), Some(TokenTree::Group(group)) if group.to_string().replace(' ', "") == "[cfg(test)]")
}

/// Leaves out an item: up to its semicolon or its braces.
fn skip_item(tokens: &mut Tokens) {
    for token in tokens.by_ref() {
        match token {
            TokenTree::Punct(end) if end.as_char() == ';' => return,
            TokenTree::Group(body) if body.delimiter() == Delimiter::Brace => return,
            _ => {}
        }
    }
}
