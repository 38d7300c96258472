//! The hub's own feeds: they run on its threads for the network and end with them.
//!
//! Their file may be read anew while they run: feeds that stand in it as before go on, the others end and begin.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::runtime::Handle as Threads;
use tokio::task::JoinHandle;

use super::Intake;
use crate::config::{ConfigError, Document};
use crate::feeds::sources::{self, Begun, Board, FeedState, Handle, Sources};

/// Tells what `${NAME}` stands for.
type Environment = fn(&str) -> Option<String>;

/// A feed that runs.
struct Running {
    /// What its file says of it.
    what: Sources,
    state: Handle,
    task: JoinHandle<()>,
}

/// All of them.
pub(crate) struct Feeds {
    file: Option<PathBuf>,
    /// Where they keep what they have to know after a start.
    folder: Option<PathBuf>,
    environment: Environment,
    threads: Threads,
    board: Board,
    running: Mutex<Vec<Running>>,
    /// They are moved by one at a time.
    turn: tokio::sync::Mutex<()>,
}

/// Read a file of feeds, whose variables are all set.
///
/// # Errors
/// [`ConfigError`], with file and line.
pub(super) fn read(file: &Path, environment: Environment) -> Result<Sources, ConfigError> {
    let document = Document::read(file)?;
    let sources = Sources::read(&document)?;
    if let Some(name) = sources.variables().into_iter().find(|name| environment(name).is_none()) {
        let written = format!("${{{name}}}");
        let at = document.text().find(&written).map(|at| at..at + written.len());
        let hint = "set it where the hub is started".to_owned();
        return Err(document.wrong(at, format!("the environment has no `{name}`"), Some(hint)));
    }
    Ok(sources)
}

impl Feeds {
    pub(super) fn new(
        file: Option<PathBuf>,
        folder: Option<PathBuf>,
        environment: Environment,
        threads: Threads,
    ) -> Self {
        let (board, running, turn) = (Board::default(), Mutex::default(), tokio::sync::Mutex::default());
        Self { file, folder, environment, threads, board, running, turn }
    }

    /// How all of them fare.
    pub(crate) fn look(&self) -> Vec<FeedState> {
        self.board.look()
    }

    /// Where their file is and what fills its variables, where there is one.
    pub(super) fn file(&self) -> Option<(PathBuf, Environment)> {
        self.file.clone().map(|file| (file, self.environment))
    }

    fn running(&self) -> MutexGuard<'_, Vec<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begin these.
    pub(super) fn begin(&self, sources: Sources, intake: &Intake) {
        for what in sources.each() {
            match sources::start(what.clone(), self.environment, intake, &self.board, self.folder.as_deref()) {
                Ok(begun) => {
                    let run =
                        |Begun { state, run }| Running { what: what.clone(), state, task: self.threads.spawn(run) };
                    self.running().extend(begun.into_iter().map(run));
                }
                Err(variable) => tracing::error!(variable, "the environment has it no more: a feed does not begin"),
            }
        }
    }

    /// Let these run and no others; how many ended or began.
    pub(super) async fn change(&self, sources: Sources, intake: &Intake) -> usize {
        let _turn = self.turn.lock().await;
        let mut new = sources.each();
        let gone: Vec<Running> = {
            let mut running = self.running();
            let stays = |one: &mut Running| match new.iter().position(|what| *what == one.what) {
                Some(at) => {
                    new.remove(at);
                    false
                }
                None => true,
            };
            running.extract_if(.., stays).collect()
        };
        let changed = gone.len() + new.len();
        for Running { state, task, .. } in gone {
            task.abort();
            // One broker has one client of a name: the old one is gone before the new one comes.
            drop(task.await);
            state.leave();
        }
        for what in new {
            self.begin(what, intake);
        }
        changed
    }
}
