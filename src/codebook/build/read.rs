//! Reads every file: importers on threads, rows to the one writer.

use std::collections::HashMap;
use std::io::Read as _;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Instant;

use anyhow::{Context as _, bail};
use sha2::{Digest as _, Sha256};

use super::super::edition::RECORDS;
use super::super::import::sink::{Message, Shared};
use super::super::import::{self, Fault, Input, LAYOUTS, Layout, Sink};
use super::report::{FileLine, Report, Unrecognised};
use super::writer::Writer;
use super::{Order, Progress, Tell, licences};

/// Batches that may wait for the writer: enough that it never waits, few enough that memory stays flat.
const WAITING_MAX: usize = 16;

/// A file and the layout that takes it.
struct Task {
    input: Input,
    layout: &'static Layout,
    bytes: u64,
}

pub(super) fn read(order: &Order, folder: &Path, scratch: &Path, upon: bool, tell: Tell<'_>) -> anyhow::Result<Report> {
    let begun = Instant::now();
    let mut report = Report::default();
    let mut writer = Writer::open(&folder.join(RECORDS))?;
    let mut tasks = Vec::new();
    let mut hashes = HashMap::new();
    tell(Progress::Step("looking at files"));
    for (number, from) in order.from.iter().enumerate() {
        let scratch = scratch.join(number.to_string());
        std::fs::create_dir(&scratch)?;
        let found = import::walk(from, &scratch, order.limits, licences(order))?;
        report.unrecognised.extend(found.refused.into_iter().map(|(file, why)| Unrecognised { file, why }));
        for input in found.inputs {
            recognise(input, &writer, &mut tasks, &mut hashes, &mut report)?;
        }
    }
    if tasks.is_empty() && !(upon && report.files.iter().any(|file| file.known)) {
        bail!("no published file was recognised in {}", shown(&order.from));
    }
    tell(Progress::Files(tasks.len()));
    // Large files first, so that none is left over at the end.
    tasks.sort_by_key(|task| std::cmp::Reverse(task.bytes));
    import_all(tasks, &hashes, &mut writer, &mut report, tell).map(|shared| (shared, writer)).and_then(|(shared, writer)| {
        tell(Progress::Step("making indexes"));
        writer.finish(&shared.words())
    })?;
    report.records_bytes = std::fs::metadata(folder.join(RECORDS))?.len();
    report.elapsed_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(report)
}

/// Says which layout takes the file, or notes it as unrecognised with the nearest guess.
fn recognise(
    mut input: Input,
    writer: &Writer,
    tasks: &mut Vec<Task>,
    hashes: &mut HashMap<String, String>,
    report: &mut Report,
) -> anyhow::Result<()> {
    let head = match input.head() {
        Ok(head) => head,
        Err(fault) => {
            report.unrecognised.push(Unrecognised { file: input.path.clone(), why: fault.to_string() });
            return Ok(());
        }
    };
    input.delimiter = if head.delimiter == 0 { b',' } else { head.delimiter };
    let Some(layout) = LAYOUTS.iter().copied().find(|layout| (layout.sniff)(&head)) else {
        let why = match import::nearest(&head) {
            _ if head.text.starts_with("%PDF") => "a PDF: only files of records are read".to_owned(),
            Some(layout) => format!("no layout fits; the nearest is {}", layout.title),
            None => "no layout fits".to_owned(),
        };
        report.unrecognised.push(Unrecognised { file: input.path, why });
        return Ok(());
    };
    let sha256 = sha256(&input)?;
    if writer.holds(&sha256, layout.name)? || hashes.values().any(|known| *known == sha256) {
        let line = FileLine { file: input.path, layout: layout.name.to_owned(), known: true, ..FileLine::default() };
        report.files.push(line);
        return Ok(());
    }
    hashes.insert(input.path.clone(), sha256);
    let bytes = std::fs::metadata(&input.file)?.len();
    tasks.push(Task { input, layout, bytes });
    Ok(())
}

fn import_all(
    tasks: Vec<Task>,
    hashes: &HashMap<String, String>,
    writer: &mut Writer,
    report: &mut Report,
    tell: Tell<'_>,
) -> anyhow::Result<Arc<Shared>> {
    let (words, last) = writer.known()?;
    let shared = Arc::new(Shared::new(words, last));
    let queue = Queue { tasks: Mutex::new((tasks, Vec::new())), turned: Condvar::new() };
    let (sender, receiver) = sync_channel(WAITING_MAX);
    let threads = std::thread::available_parallelism().map_or(2, usize::from).min(4);
    let written = std::thread::scope(|scope| {
        for _ in 0..threads {
            let (queue, shared, sender) = (&queue, Arc::clone(&shared), sender.clone());
            scope.spawn(move || work(queue, &shared, &sender));
        }
        drop(sender);
        let written = write(receiver, hashes, writer, report, tell);
        if written.is_err() {
            shared.stopped.store(true, Ordering::Relaxed);
        }
        written
    });
    written.map(|()| shared)
}

/// Files waiting, and the layouts that are being read: two files of one layout take turns, so that each table grows at its end.
struct Queue {
    tasks: Mutex<(Vec<Task>, Vec<&'static str>)>,
    turned: Condvar,
}

fn work(queue: &Queue, shared: &Arc<Shared>, sender: &SyncSender<Message>) {
    loop {
        let mut held = queue.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        let task = loop {
            let (tasks, busy) = &mut *held;
            if tasks.is_empty() || shared.stopped.load(Ordering::Relaxed) {
                return;
            }
            if let Some(at) = tasks.iter().position(|task| !busy.contains(&task.layout.name)) {
                let task = tasks.remove(at);
                busy.push(task.layout.name);
                break task;
            }
            held = queue.turned.wait(held).unwrap_or_else(PoisonError::into_inner);
        };
        drop(held);
        let mut sink = Sink::new(&task.input.path, task.layout, sender.clone(), Arc::clone(shared));
        let outcome = (task.layout.import)(&task.input, &mut sink);
        sink.finish(outcome);
        let mut held = queue.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        held.1.retain(|layout| *layout != task.layout.name);
        queue.turned.notify_all();
    }
}

/// Takes messages until every importer is done; the receiver goes with it, so that importers stop where it fails.
fn write(
    receiver: Receiver<Message>,
    hashes: &HashMap<String, String>,
    writer: &mut Writer,
    report: &mut Report,
    tell: Tell<'_>,
) -> anyhow::Result<()> {
    let mut faults: Vec<String> = Vec::new();
    for message in receiver {
        match message {
            Message::Rows(batch) => {
                writer.batch(&batch)?;
                tell(Progress::Rows(writer.rows));
            }
            Message::Done(file) => {
                match &file.fault {
                    Some(Fault::Stopped) => {}
                    Some(fault) => faults.push(fault.to_string()),
                    None => writer.sources(&file, hashes.get(&file.path).map_or("", String::as_str))?,
                }
                report.files.push(FileLine {
                    file: file.path.clone(),
                    layout: file.layout.name.to_owned(),
                    read: file.read,
                    bad: file.bad,
                    samples: file.samples.iter().map(|bad| format!("line {}: {}", bad.line, bad.why)).collect(),
                    remarks: file.remarks,
                    known: false,
                });
                tell(Progress::Done(file.path));
            }
        }
    }
    if !faults.is_empty() {
        bail!("the edition was not put in place:\n  {}", faults.join("\n  "));
    }
    Ok(())
}

fn sha256(input: &Input) -> anyhow::Result<String> {
    let mut file = std::fs::File::open(&input.file).with_context(|| input.path.clone())?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 256 * 1024];
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            return Ok(format!("{:x}", hash.finalize()));
        }
        hash.update(buffer.get(..count).unwrap_or_default());
    }
}

fn shown(from: &[std::path::PathBuf]) -> String {
    from.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}
