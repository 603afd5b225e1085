//! A program that is run, heard and, where it takes too long, stopped with all that it started.

use std::io::{self, Read};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use process_wrap::std::{ChildWrapper, CommandWrap};

/// Bytes of what a program tells on stderr that are kept, the first ones; the rest is read and dropped.
const TOLD: usize = 64 * 1024;

/// How long after its end a program's stderr is waited for. One that ssh or a credential helper leaves behind for the next
/// time may keep it open for hours.
const GRACE: Duration = Duration::from_millis(250);

/// How often a program that has closed its output is asked whether it has ended.
const POLL: Duration = Duration::from_millis(5);

/// How a program ended.
pub(super) struct Ended {
    pub(super) status: ExitStatus,
    /// All that it printed.
    pub(super) stdout: Vec<u8>,
    /// What it told.
    pub(super) stderr: Vec<u8>,
}

/// Why nothing can be said of a program's end.
pub(super) enum Broken {
    /// It cannot be started.
    Start(io::Error),
    /// It was heard no longer.
    Pipe(io::Error),
    /// It was stopped, since its time was over. What it had told by then.
    Late(Vec<u8>),
    /// It was stopped, since it printed more than was asked for.
    Much,
}

/// Runs a program to its end, for this time at most. It reads nothing, prints `longest` bytes at most, and has no terminal.
pub(super) fn run(mut command: Command, limit: Duration, longest: usize) -> Result<Ended, Broken> {
    // The clock is only asked how long the program takes.
    #[allow(clippy::disallowed_methods)]
    let end = Instant::now() + limit;
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut command = CommandWrap::from(command);
    // In a session of its own there is no terminal on which ssh could ask and wait, and one signal reaches all of it.
    #[cfg(unix)]
    command.wrap(process_wrap::std::ProcessSession);
    let mut child = command.spawn().map_err(Broken::Start)?;
    let told = Told::of(child.stderr().take());
    let printed = printed(child.stdout().take(), longest);
    let ended = wait(child.as_mut(), &printed, end, longest);
    if ended.is_err() {
        // What is over already cannot be stopped, and needs not be.
        let _ = child.start_kill();
        let _ = child.inner_mut().wait();
    }
    match ended {
        Ok((status, stdout)) => Ok(Ended { status, stdout, stderr: told.so_far() }),
        Err(Broken::Late(_)) => Err(Broken::Late(told.so_far())),
        Err(broken) => Err(broken),
    }
}

fn wait(
    child: &mut dyn ChildWrapper,
    printed: &Receiver<io::Result<Vec<u8>>>,
    end: Instant,
    longest: usize,
) -> Result<(ExitStatus, Vec<u8>), Broken> {
    let late = || Broken::Late(Vec::new());
    let stdout = match printed.recv_timeout(left(end)) {
        Ok(read) => read.map_err(Broken::Pipe)?,
        Err(RecvTimeoutError::Timeout) => return Err(late()),
        Err(RecvTimeoutError::Disconnected) => return Err(Broken::Pipe(io::ErrorKind::BrokenPipe.into())),
    };
    if stdout.len() > longest {
        return Err(Broken::Much);
    }
    loop {
        // The program itself: what it left behind is not waited for.
        if let Some(status) = child.inner_mut().try_wait().map_err(Broken::Pipe)? {
            return Ok((status, stdout));
        }
        if left(end).is_zero() {
            return Err(late());
        }
        thread::sleep(POLL);
    }
}

/// What is left of the time.
fn left(end: Instant) -> Duration {
    #[allow(clippy::disallowed_methods)]
    end.saturating_duration_since(Instant::now())
}

/// Reads all that is printed, and one byte more than may be, on a thread of its own.
fn printed(stdout: Option<impl Read + Send + 'static>, longest: usize) -> Receiver<io::Result<Vec<u8>>> {
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = stdout.map_or(Ok(0), |stdout| stdout.take(longest as u64 + 1).read_to_end(&mut bytes));
        // Nobody hears it when the time is over.
        let _ = send.send(read.map(|_| bytes));
    });
    receive
}

/// What a program tells, as far as it has.
struct Told {
    bytes: Arc<Mutex<Vec<u8>>>,
    end: Receiver<()>,
}

impl Told {
    fn of(stderr: Option<impl Read + Send + 'static>) -> Self {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let (send, end) = mpsc::channel();
        let kept = Arc::clone(&bytes);
        thread::spawn(move || {
            let mut part = [0; 4096];
            let Some(mut stderr) = stderr else { return };
            loop {
                match stderr.read(&mut part) {
                    Ok(0) => break,
                    Ok(count) => {
                        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                        let room = TOLD.saturating_sub(kept.len()).min(count);
                        kept.extend_from_slice(&part[..room]);
                    }
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(_) => break,
                }
            }
            let _ = send.send(());
        });
        Told { bytes, end }
    }

    fn so_far(&self) -> Vec<u8> {
        let _ = self.end.recv_timeout(GRACE);
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
