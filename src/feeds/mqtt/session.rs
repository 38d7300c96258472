//! The session that the broker keeps for this hub, and for which topics it was begun.
//!
//! The client neither takes topics into a session that it did not begin itself nor out of it. So what a session was begun
//! for is remembered in a file; where the topics are others now, or nobody knows, the broker is told to forget the session
//! before the hub begins another one. What waited in it is given up, and that is said in the log.

use std::path::Path;
use std::time::Duration;

use rumqttc::{AsyncClient, Event, MqttOptions, Outgoing, Packet};

use super::Mqtt;

/// Its file in the hub's folder.
pub(super) const FILE: &str = "mqtt-session";
/// How long the broker may take to forget.
const WITHIN: Duration = Duration::from_secs(20);

/// What a session is begun for: where, under which name, with which topics; a line each.
pub(super) fn of(mqtt: &Mqtt) -> String {
    let mut filters: Vec<String> = mqtt.topics.iter().map(|topic| topic.pattern.filter()).collect();
    filters.sort_unstable();
    filters.dedup();
    let mut text = format!("{} {}\n", mqtt.told_at(), mqtt.client_id);
    for filter in filters {
        text.push_str(&filter);
        text.push('\n');
    }
    text
}

/// Whether the session was begun for that.
pub(super) fn is_of(file: Option<&Path>, wanted: &str) -> bool {
    file.and_then(|file| std::fs::read_to_string(file).ok()).is_some_and(|known| known == wanted)
}

/// Remember for what it is begun.
pub(super) fn remember(file: Option<&Path>, wanted: &str) {
    if let Some(file) = file
        && let Err(error) = std::fs::write(file, wanted)
    {
        let file = file.display();
        tracing::warn!(%error, %file, "it is not remembered which topics the broker has: its session begins anew next time");
    }
}

/// Have the broker forget the session of this client, with all that waits in it.
pub(super) async fn forget(options: &MqttOptions) -> Result<(), String> {
    let mut options = options.clone();
    options.set_clean_start(true).set_session_expiry_interval(Some(0));
    let (client, mut broker) = AsyncClient::builder(options).capacity(10).build();
    let forgotten = async {
        loop {
            match broker.poll().await {
                Ok(Event::Incoming(Packet::ConnAck(_))) => {
                    client.disconnect().await.map_err(|error| error.to_string())?;
                }
                Ok(Event::Outgoing(Outgoing::Disconnect)) => return Ok(()),
                Ok(_) => {}
                Err(error) => return Err(error.to_string()),
            }
        }
    };
    tokio::time::timeout(WITHIN, forgotten).await.unwrap_or_else(|_| Err("the broker does not answer".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::super::{Mqtt, Topic, Written};
    use super::*;

    fn broker(text: &str) -> Mqtt {
        let written: Written = toml::from_str(text).expect("a broker");
        Mqtt::of(written, Path::new("")).expect("right")
    }

    #[test]
    fn a_session_is_known_by_broker_name_and_topics_in_any_order() {
        let topics = [
            "topic = [{ topic = 'gas/{sensor}' }, { topic = 'level/{sensor}' }]",
            "topic = [{ topic = 'level/{sensor}' }, { topic = 'gas/{sensor}' }]",
        ];
        let [one, other] = topics.map(|topics| broker(&format!("url = 'mqtt://a'\n{topics}")));
        let known = of(&one);
        assert_eq!(known, "mqtt://a:1883 command-hall\ngas/+\nlevel/+\n");
        assert_eq!(of(&other), known);
        assert_eq!(of(&Mqtt { password: Some("new".to_owned()), ..one.clone() }), known);
        let fewer: Vec<Topic> = one.topics.iter().take(1).cloned().collect();
        for changed in [
            Mqtt { topics: fewer, ..one.clone() },
            Mqtt { client_id: "b".to_owned(), ..one.clone() },
            Mqtt { port: 1884, ..one },
        ] {
            assert_ne!(of(&changed), known);
        }
    }

    #[test]
    fn what_is_not_remembered_is_not_the_same() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join(FILE);
        assert!(!is_of(None, "a\n") && !is_of(Some(&file), "a\n"));
        remember(Some(&file), "a\n");
        remember(None, "b\n");
        assert!(is_of(Some(&file), "a\n") && !is_of(Some(&file), "b\n"));
    }
}
