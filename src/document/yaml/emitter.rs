//! serde's data as block-style YAML.

use std::fmt::Write;

use serde::ser::{self, Impossible, Serialize};

use super::{Laid, scalar};

/// A value has a shape that no document of ours has: a variant with data, bytes, a key that is no text.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct YamlError(String);

impl ser::Error for YamlError {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        YamlError(message.to_string())
    }
}

type Done = Result<(), YamlError>;

/// What the value that comes next stands behind, and at which column that begins.
#[derive(Clone, Copy)]
enum Behind {
    /// Nothing: it is the document.
    Nothing,
    /// A key and its colon.
    Key(usize),
    /// A dash and a space.
    Dash(usize),
    /// Nothing: it is itself a key.
    Name,
}

/// Writes one value.
pub(super) struct Emitter<'a> {
    out: &'a mut String,
    laid: &'a Laid,
    behind: Behind,
}

impl<'a> Emitter<'a> {
    pub(super) fn new(out: &'a mut String, laid: &'a Laid) -> Self {
        Emitter { out, laid, behind: Behind::Nothing }
    }

    /// Goes to where a scalar begins, and tells how far in the lines of a block would stand.
    fn scalar(&mut self) -> usize {
        match self.behind {
            Behind::Nothing | Behind::Name => 2,
            Behind::Dash(column) => column + 2,
            Behind::Key(column) => {
                self.out.push(' ');
                column + 2
            }
        }
    }

    /// A scalar that needs no quotes.
    fn bare(mut self, text: impl std::fmt::Display) -> Done {
        if matches!(self.behind, Behind::Name) {
            return unknown("a key that is no text");
        }
        self.scalar();
        writeln!(self.out, "{text}").map_err(ser::Error::custom)
    }

    fn block(self, kind: Kind) -> Result<Block<'a>, YamlError> {
        let column = match (self.behind, kind) {
            (Behind::Name, _) => return unknown("a key that is no text"),
            (Behind::Nothing, _) => 0,
            // A list stands below the key it belongs to, a mapping further in.
            (Behind::Key(column), Kind::List) => column,
            (Behind::Key(column) | Behind::Dash(column), _) => column + 2,
        };
        Ok(Block { out: self.out, laid: self.laid, behind: self.behind, kind, column, is_empty: true })
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    List,
    Mapping,
}

/// A list or a mapping that is being written.
pub(super) struct Block<'a> {
    out: &'a mut String,
    laid: &'a Laid,
    behind: Behind,
    kind: Kind,
    column: usize,
    is_empty: bool,
}

impl Block<'_> {
    /// Goes to where the next entry begins.
    fn next(&mut self) {
        if self.is_empty && matches!(self.behind, Behind::Key(_)) {
            self.out.push('\n');
        }
        // The first entry of what stands behind a dash stands on the dash's line.
        if !(self.is_empty && matches!(self.behind, Behind::Dash(_))) {
            scalar::spaces(self.out, self.column);
        }
        self.is_empty = false;
    }

    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        self.next();
        self.out.push_str("- ");
        value.serialize(Emitter { out: self.out, laid: self.laid, behind: Behind::Dash(self.column) })
    }

    fn key(&mut self, key: &str) {
        self.next();
        scalar::write_key(self.out, key);
        self.out.push(':');
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        value.serialize(Emitter { out: self.out, laid: self.laid, behind: Behind::Key(self.column) })
    }

    fn end(self) {
        if self.is_empty {
            if matches!(self.behind, Behind::Key(_)) {
                self.out.push(' ');
            }
            self.out.push_str(if self.kind == Kind::List { "[]\n" } else { "{}\n" });
        }
    }
}

fn unknown<T>(shape: &str) -> Result<T, YamlError> {
    Err(YamlError(format!("{shape} has no form in our documents")))
}

impl<'a> ser::Serializer for Emitter<'a> {
    type Ok = ();
    type Error = YamlError;
    type SerializeSeq = Block<'a>;
    type SerializeTuple = Block<'a>;
    type SerializeTupleStruct = Block<'a>;
    type SerializeTupleVariant = Impossible<(), YamlError>;
    type SerializeMap = Block<'a>;
    type SerializeStruct = Block<'a>;
    type SerializeStructVariant = Impossible<(), YamlError>;

    fn serialize_bool(self, value: bool) -> Done {
        self.bare(value)
    }
    fn serialize_i8(self, value: i8) -> Done {
        self.bare(value)
    }
    fn serialize_i16(self, value: i16) -> Done {
        self.bare(value)
    }
    fn serialize_i32(self, value: i32) -> Done {
        self.bare(value)
    }
    fn serialize_i64(self, value: i64) -> Done {
        self.bare(value)
    }
    fn serialize_u8(self, value: u8) -> Done {
        self.bare(value)
    }
    fn serialize_u16(self, value: u16) -> Done {
        self.bare(value)
    }
    fn serialize_u32(self, value: u32) -> Done {
        self.bare(value)
    }
    fn serialize_u64(self, value: u64) -> Done {
        self.bare(value)
    }
    fn serialize_f32(self, value: f32) -> Done {
        self.serialize_f64(value.into())
    }
    fn serialize_f64(self, value: f64) -> Done {
        // With a point in it, so that it stays a number with one.
        if value.is_finite() {
            self.bare(format_args!("{value:?}"))
        } else {
            unknown("a number without an end")
        }
    }
    fn serialize_char(self, value: char) -> Done {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }
    fn serialize_str(mut self, value: &str) -> Done {
        if matches!(self.behind, Behind::Name) {
            scalar::write_key(self.out, value);
        } else {
            let indent = self.scalar();
            match self.laid.find(value, indent) {
                Some(written) => self.out.push_str(written),
                None => scalar::write_value(self.out, value, indent),
            }
        }
        Ok(())
    }
    fn serialize_bytes(self, _: &[u8]) -> Done {
        unknown("a run of bytes")
    }
    fn serialize_none(self) -> Done {
        self.bare("null")
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Done {
        value.serialize(self)
    }
    fn serialize_unit(self) -> Done {
        self.bare("null")
    }
    fn serialize_unit_struct(self, _: &'static str) -> Done {
        self.bare("null")
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Done {
        self.serialize_str(variant)
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Done {
        value.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Done {
        unknown("a variant with data")
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<Block<'a>, YamlError> {
        self.block(Kind::List)
    }
    fn serialize_tuple(self, _: usize) -> Result<Block<'a>, YamlError> {
        self.block(Kind::List)
    }
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Block<'a>, YamlError> {
        self.block(Kind::List)
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, YamlError> {
        unknown("a variant with data")
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Block<'a>, YamlError> {
        self.block(Kind::Mapping)
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Block<'a>, YamlError> {
        self.block(Kind::Mapping)
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, YamlError> {
        unknown("a variant with data")
    }
}

macro_rules! list {
    ($($trait:ident::$method:ident),*) => {$(
        impl ser::$trait for Block<'_> {
            type Ok = ();
            type Error = YamlError;
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
                self.item(value)
            }
            fn end(self) -> Done {
                Block::end(self);
                Ok(())
            }
        }
    )*};
}

list!(
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field
);

impl ser::SerializeMap for Block<'_> {
    type Ok = ();
    type Error = YamlError;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Done {
        self.next();
        key.serialize(Emitter { out: self.out, laid: self.laid, behind: Behind::Name })?;
        self.out.push(':');
        Ok(())
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        self.value(value)
    }
    fn end(self) -> Done {
        Block::end(self);
        Ok(())
    }
}

impl ser::SerializeStruct for Block<'_> {
    type Ok = ();
    type Error = YamlError;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Done {
        self.key(key);
        self.value(value)
    }
    fn end(self) -> Done {
        Block::end(self);
        Ok(())
    }
}
