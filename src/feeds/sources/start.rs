//! Starts the feeds of a hub.

use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::state::{Board, Handle, Sort};
use super::{SeriesFeed, Sources, filled};
use crate::feeds::ReadingSink;
use crate::feeds::away::News;
use crate::feeds::mqtt::{self, Access};
use crate::feeds::poll;
use crate::feeds::readings::Counted;
use crate::feeds::series::{self, PlayOptions, Series};

/// A file that fails is tried again after so long.
const TRY_AGAIN: Duration = Duration::from_mins(1);

/// A feed that is ready.
pub struct Begun {
    /// Where it says how it fares.
    pub state: Handle,
    /// It runs as long as that is polled.
    pub run: Pin<Box<dyn Future<Output = ()> + Send>>,
}

/// Every feed, ready to run. `environment` tells what variables are filled in with; in `folder`, where there is one, feeds
/// keep what they have to know after a start.
///
/// # Errors
/// The name of a variable that is not set.
pub fn start<S: ReadingSink + Clone>(
    sources: Sources,
    environment: impl Fn(&str) -> Option<String>,
    sink: &S,
    board: &Board,
    folder: Option<&Path>,
) -> Result<Vec<Begun>, String> {
    let Sources { series, poll, mqtt } = sources;
    let mut begun = Vec::new();
    for feed in series {
        let state = board.add(&feed.name, Sort::Series, feed.file.display().to_string());
        begun.push(Begun { state: state.clone(), run: Box::pin(play(feed, sink.clone(), state)) });
    }
    for one in poll {
        let fill = |(name, value): &(String, String)| Ok((name.clone(), filled(value, &environment)?));
        let headers = one.headers.iter().map(fill).collect::<Result<Vec<_>, String>>()?;
        let state = board.add(&one.name, Sort::Poll, one.told_at());
        begun.push(Begun { state: state.clone(), run: Box::pin(poll::run(one, headers, sink.clone(), state)) });
    }
    if let Some(one) = mqtt {
        let fill = |text: &Option<String>| text.as_deref().map(|text| filled(text, &environment)).transpose();
        let access = Access { username: fill(&one.username)?, password: fill(&one.password)? };
        let state = board.add("mqtt", Sort::Mqtt, one.told_at());
        let folder = folder.map(Path::to_path_buf);
        begun.push(Begun { state: state.clone(), run: Box::pin(mqtt::run(one, access, sink.clone(), state, folder)) });
    }
    Ok(begun)
}

async fn play(feed: SeriesFeed, sink: impl ReadingSink, state: Handle) {
    let series = loop {
        let (file, mapping, places) = (feed.file.clone(), feed.mapping.clone(), feed.places.clone());
        // What takes long is not done where screens are served.
        let read = tokio::task::spawn_blocking(move || series::read(&file, &mapping, places.as_deref())).await;
        let error = match read {
            Ok(Ok(series)) => break Arc::new(series),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "the file broke the reader".to_owned(),
        };
        state.failed(sink.hall_now(), error);
        tokio::time::sleep(TRY_AGAIN).await;
    };
    let Series { sensors, points, tally } = &*series;
    let (name, unreadable) = (&feed.name, tally.unreadable);
    tracing::info!(name, sensors = sensors.len(), readings = points.len(), unreadable, "a series is played");
    state.heard(sink.hall_now(), Counted::default(), tally.missing);
    let mut again = false;
    loop {
        let options = PlayOptions { speed: feed.speed, shift: feed.shift, patience: Duration::MAX, again };
        let mut told = Counted::default();
        let hear = |news: News<'_, Counted>| match news {
            News::Batch(counted) => {
                state.heard(sink.hall_now(), since(counted, &told), 0);
                told = counted.clone();
            }
            News::Waiting(cause) => drop(state.failed(sink.hall_now(), cause.to_string())),
            News::Back => {}
        };
        if let Err(gave_up) = series::play(&series, options, &sink, hear).await {
            state.failed(sink.hall_now(), gave_up.to_string());
            tokio::time::sleep(TRY_AGAIN).await;
            continue;
        }
        if !feed.again {
            state.ended();
            return;
        }
        again = true;
        // A series of one moment alone does not keep the hub busy.
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// What was counted since.
fn since(now: &Counted, before: &Counted) -> Counted {
    let refused = now.refused.iter().map(|(unfit, count)| (*unfit, count - before.refused.get(unfit).unwrap_or(&0)));
    Counted {
        rows: now.rows - before.rows,
        kept: now.kept - before.kept,
        out_of_order: now.out_of_order - before.out_of_order,
        late: now.late - before.late,
        duplicate: now.duplicate - before.duplicate,
        refused: refused.filter(|(_, count)| *count > 0).collect(),
        listed: Vec::new(),
        first_seen: now.first_seen - before.first_seen,
    }
}
