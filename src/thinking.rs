//! The one thread on which mails are read and answers drafted.
//!
//! Both compute for milliseconds, a mail made to be slow for longer: that would hold up whoever waits for the network on a thread of the runtime. And each
//! thread that reads keeps its own automata of all our patterns, megabytes of them; one thread reads some hundreds of mails a second.

use std::panic::{self, AssertUnwindSafe};
use std::sync::LazyLock;
use std::sync::mpsc::{self, SendError, Sender};
use std::thread;

use tokio::sync::oneshot::{self, error::RecvError};

type Thought = Box<dyn FnOnce() + Send>;

/// The way to it; none where the system gives us no thread.
static THREAD: LazyLock<Option<Sender<Thought>>> = LazyLock::new(|| {
    let (queue, waiting) = mpsc::channel::<Thought>();
    let work = move || waiting.into_iter().for_each(|thought| thought());
    thread::Builder::new().name("thinking".to_owned()).spawn(work).ok().map(|_| queue)
});

/// Does `work` there, after what others brought before; a panic in it is the caller's.
pub(crate) async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (reply, answer) = oneshot::channel();
    let thought: Thought = Box::new(move || {
        // Whoever asked may have gone.
        let _ = reply.send(panic::catch_unwind(AssertUnwindSafe(work)));
    });
    // Without the thread it is done here: later for others, but done.
    match &*THREAD {
        Some(queue) => queue.send(thought).unwrap_or_else(|SendError(thought)| thought()),
        None => thought(),
    }
    match answer.await {
        Ok(Ok(done)) => done,
        Ok(Err(panicked)) => panic::resume_unwind(panicked),
        Err(RecvError { .. }) => panic::resume_unwind(Box::new("a thought was lost")),
    }
}
