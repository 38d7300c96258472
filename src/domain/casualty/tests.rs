//! What callers say, and how many that are.

use super::{Bound, Casualty, Count, Harm, Toll, changes, grade, known, read};
use crate::domain::{Answers, Grade};

/// As `2 trapped, 3+ injured, ~4 dead`: `+` at least, `~` about.
fn told(casualties: &[Casualty]) -> String {
    let one = |casualty: &Casualty| {
        let people = casualty.count.people;
        let number = match casualty.count.bound {
            Bound::Exactly => people.to_string(),
            Bound::About => format!("~{people}"),
            Bound::AtLeast => format!("{people}+"),
        };
        format!("{number} {}", casualty.harm.field())
    };
    casualties.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[track_caller]
fn says(table: &[(&str, &str)]) {
    let wrong: Vec<String> = table
        .iter()
        .map(|(text, expected)| (text, told(&read(text)), expected))
        .filter(|(_, found, expected)| found != *expected)
        .map(|(text, found, expected)| format!("{text}: `{found}`, not `{expected}`"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn numbers_of_people_are_read_from_chinese() {
    says(&[
        ("三人受伤", "3 injured"),
        ("2人被困", "2 trapped"),
        ("一死两伤", "1 dead, 2 injured"),
        ("造成3死5伤", "3 dead, 5 injured"),
        ("死2伤5", "2 dead, 5 injured"),
        ("死亡3人受伤2人", "3 dead, 2 injured"),
        ("3人死亡、5人受伤，另有1人失联", "3 dead, 1 missing, 5 injured"),
        ("３名正在施工的工人被埋", "3 trapped"),
        ("一名老人被困，有浓烟", "1 trapped"),
        ("一男一女被困车内", "2 trapped"),
        ("一家三口被困", "3 trapped"),
        ("2名大人和1名小孩受伤", "3 injured"),
        ("伤者两名", "2 injured"),
        ("被困人员5名", "5 trapped"),
        ("受伤人数：12", "12 injured"),
        ("无证司机撞伤3人", "3 injured"),
        ("乘客被困5人", "5 trapped"),
        ("工人被困2人受伤", "1+ trapped, 2 injured"),
        ("一人受伤被困", "1 trapped, 1 injured"),
        ("2人受伤，其中1人重伤", "2 injured"),
        ("两人掉下去受伤", "2 injured"),
        ("电梯困人，里面三个人", "3 trapped"),
        ("爆炸造成二十三人死亡，一百零五人受伤", "23 dead, 105 injured"),
    ]);
}

#[test]
fn several_and_somebody_are_at_least_so_many() {
    says(&[
        ("多人受伤", "2+ injured"),
        ("好几个人被困", "2+ trapped"),
        ("若干群众受伤", "2+ injured"),
        ("数十人被困", "20+ trapped"),
        ("十余人受伤", "10+ injured"),
        ("10多人受伤", "10+ injured"),
        ("两三人受伤", "2+ injured"),
        ("2-3人被困", "2+ trapped"),
        ("至少两人死亡", "2+ dead"),
        ("5人以上被困", "5+ trapped"),
        ("约二十人受伤", "~20 injured"),
        ("近百人受伤", "~100 injured"),
        ("二十来人被困", "~20 trapped"),
        ("有人受伤，快来", "1+ injured"),
        ("有人受伤速来120", "1+ injured"),
        ("3岁男童受伤", "1+ injured"),
        ("无牌车撞伤老人", "1+ injured"),
        ("老人走失", "1+ missing"),
        ("3人伤亡", "~3 injured"),
        ("several hurt", "2+ injured"),
        ("dozens of people injured", "24+ injured"),
        ("at least 2 people were killed", "2+ dead"),
        ("two or three people hurt", "2+ injured"),
        ("about 20 passengers injured", "~20 injured"),
        ("someone is trapped", "1+ trapped"),
        ("vehicle accident with entrapment", "1+ trapped"),
        ("3-year-old boy hurt", "1+ injured"),
    ]);
}

#[test]
fn numbers_of_people_are_read_from_english() {
    says(&[
        ("two people trapped", "2 trapped"),
        ("3 injured, 1 dead", "1 dead, 3 injured"),
        ("Two injured and one trapped", "1 trapped, 2 injured"),
        ("two young men were badly hurt", "2 injured"),
        ("A man and a woman are trapped in a car", "2 trapped"),
        ("3 trapped workers", "3 trapped"),
        ("killing two and injuring three", "2 dead, 3 injured"),
        ("a dozen passengers injured", "12 injured"),
        ("twenty-three people missing", "23 missing"),
        ("two people injured and trapped", "2 trapped, 2 injured"),
        ("injured: 3", "3 injured"),
        ("Nobody is hurt but two people are trapped", "2 trapped, 0 injured"),
    ]);
}

#[test]
fn nobody_is_none_and_what_is_not_known_is_not_read() {
    says(&[
        ("无人员伤亡", "0 dead, 0 injured"),
        ("未造成人员伤亡", "0 dead, 0 injured"),
        ("人员伤亡：无", "0 dead, 0 injured"),
        ("没有人受伤", "0 injured"),
        ("没人受伤也没人被困", "0 trapped, 0 injured"),
        ("无人死亡和受伤", "0 dead, 0 injured"),
        ("未发现任何人员被困", "0 trapped"),
        ("无人死亡，三人受伤", "0 dead, 3 injured"),
        ("没电，3人被困", "3 trapped"),
        ("0人受伤", "0 injured"),
        ("nobody hurt", "0 injured"),
        ("no one was seriously injured", "0 injured"),
        ("no casualties", "0 dead, 0 injured"),
        ("no reported injuries", "0 injured"),
        ("不清楚有没有人受伤", ""),
        ("有人受伤吗？", ""),
        ("担心有人受伤", ""),
        ("消防演练，假设3人", ""),
        ("unknown if anyone is hurt", ""),
        ("someone could get hurt", ""),
        ("risk of people being trapped", ""),
        ("I could hear two people trapped", "2 trapped"),
    ]);
}

#[test]
fn numbers_of_other_things_are_not_of_people() {
    says(&[
        ("三楼厨房着火了，有浓烟", ""),
        ("3只猫被困", ""),
        ("被困2小时", ""),
        ("无人机坠落", ""),
        ("死胡同里堆了3车垃圾", ""),
        ("宠物狗走失", ""),
        ("两车追尾，堵了一条道", ""),
        ("老小区信号灯死机", ""),
        ("two cars stuck on the bridge", ""),
        ("2 dead trees at the gate", ""),
        ("3 missing manhole covers", ""),
        ("2 trapped cats", ""),
        ("", ""),
    ]);
    assert_eq!(told(&read("5户居民被困")), "1+ trapped", "households are not counted");
}

#[test]
fn every_number_has_the_words_that_it_is_read_from() {
    let words = |text: &str| read(text).into_iter().map(|one| one.words).collect::<Vec<_>>();
    assert_eq!(words("市民来电：三人受伤，另有至少 2 名乘客被困。"), ["至少 2 名乘客被困", "三人受伤"]);
    assert_eq!(words("Fire; Two People Trapped on floor 3"), ["Two People Trapped"]);
    assert_eq!(words("电梯困人，里面三个人"), ["困人，里面三个人"]);
    assert_eq!(words("现场无人员伤亡"), ["无人员伤亡", "无人员伤亡"]);
}

#[test]
fn what_was_answered_stands_against_the_text() {
    let text = "多人受伤，2人被困，1人失联";
    assert_eq!(told(&known(&Answers::new(), text)), "1 missing, 2 trapped, 2+ injured");
    let same: Answers = [("injured", "2"), ("trapped", "2")].into();
    assert_eq!(told(&known(&same, text)), "1 missing, 2 trapped, 2+ injured", "as close as the text is");
    let other: Answers = [("injured", "7"), ("trapped", ""), ("dead", "1")].into();
    let known = known(&other, text);
    assert_eq!(told(&known), "1 dead, 1 missing, 7 injured");
    assert!(known[0].words.is_empty() && known[1].words == "1人失联");
}

#[test]
fn casualties_raise_a_grade_from_3_10_and_30_lives_or_10_50_and_100_injured() {
    let of = |harm, people| Casualty { harm, count: Count::exactly(people), words: String::new() };
    let graded =
        |dead, trapped, injured| grade(&[of(Harm::Dead, dead), of(Harm::Trapped, trapped), of(Harm::Injured, injured)]);
    assert_eq!(graded(0, 0, 0), None);
    assert_eq!(graded(1, 1, 9), None);
    assert_eq!(graded(1, 2, 0), Some((Grade::III, Toll::Lives, 3)));
    assert_eq!(graded(0, 0, 10), Some((Grade::III, Toll::Injured, 10)));
    assert_eq!(graded(4, 6, 99), Some((Grade::II, Toll::Lives, 10)));
    assert_eq!(graded(0, 9, 50), Some((Grade::II, Toll::Injured, 50)));
    assert_eq!(graded(0, 30, 0), Some((Grade::I, Toll::Lives, 30)));
    assert_eq!(graded(29, 0, 100), Some((Grade::I, Toll::Injured, 100)));
    assert_eq!(grade(&read("整栋楼三十多人被困")), Some((Grade::I, Toll::Lives, 30)));
    assert_eq!(grade(&[]), None);
}

#[test]
fn numbers_change_by_people_and_when_they_become_exact() {
    let of = |harm, people, bound| Casualty { harm, count: Count { people, bound }, words: String::new() };
    let before =
        [of(Harm::Dead, 1, Bound::Exactly), of(Harm::Trapped, 3, Bound::Exactly), of(Harm::Injured, 2, Bound::AtLeast)];
    let now = [
        of(Harm::Injured, 2, Bound::Exactly),
        of(Harm::Trapped, 2, Bound::About),
        of(Harm::Missing, 0, Bound::Exactly),
        of(Harm::Dead, 1, Bound::AtLeast),
    ];
    let changed: Vec<_> = changes(&before, &now)
        .into_iter()
        .map(|one| (one.now.harm, one.before.map(|one| one.count.people), one.now.count.people))
        .collect();
    let expected = [(Harm::Missing, None, 0), (Harm::Trapped, Some(3), 2), (Harm::Injured, Some(2), 2)];
    assert_eq!(changed, expected, "one dead is no less known for being told as at least one");
    assert_eq!(changes(&before, &before), []);
    assert_eq!(changes(&before, &[]), [], "of whom nothing is said now, nothing changed");
}
