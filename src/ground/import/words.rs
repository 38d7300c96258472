//! Small readings of text: heights, names in two languages, ids, what runs in pipes.

use super::pipes::Runs;
use crate::ground::pack::records::Network;

/// Metres of a height as mappers write it: `12`, `12.5 m`, `40 ft`, `40'`, `6'4"`, `12,5`.
pub(super) fn metres(text: &str) -> Option<f64> {
    let text = text.trim().trim_start_matches(['~', '+']).trim();
    let number = |t: &str| t.trim().replace(',', ".").parse::<f64>().ok().filter(|v| v.is_finite());
    if let Some((feet, rest)) = text.split_once(['\'', '′', '’']) {
        let inches = rest.trim().trim_end_matches(['"', '″', '”', '\'', '’']);
        let inches = if inches.is_empty() { 0.0 } else { number(inches)? };
        return Some(number(feet)? * 0.3048 + inches * 0.0254);
    }
    if let Some(inches) = text.strip_suffix(['"', '″', '”']) {
        return Some(number(inches)? * 0.0254);
    }
    let split = text.find(|c: char| c.is_alphabetic()).unwrap_or(text.len());
    let (value, unit) = text.split_at(split);
    match unit.trim().trim_end_matches('.').to_lowercase().as_str() {
        "" | "m" | "meter" | "meters" | "metre" | "metres" | "mt" | "mts" | "米" => number(value),
        "ft" | "feet" | "foot" => Some(number(value)? * 0.3048),
        "km" => Some(number(value)? * 1_000.0),
        "cm" => Some(number(value)? * 0.01),
        _ => None,
    }
}

/// A number of storeys: `12`, `2.5`, `3;4` (the highest).
pub(super) fn storeys(text: &str) -> Option<f64> {
    let each = text.split([';', ',']).filter_map(|t| t.trim().parse::<f64>().ok());
    each.filter(|v| v.is_finite() && *v >= 0.0).reduce(f64::max)
}

/// The name of a field as the importers know it; the others stay as they are.
pub(super) fn field(name: &str) -> &str {
    match name {
        "管径" | "管徑" | "直径" | "公称直径" => "diameter",
        "埋深" | "管顶埋深" | "起点埋深" => "depth",
        "介质" | "输送介质" | "管线类型" | "管线类别" | "管类" => "substance",
        other => other,
    }
}

/// What runs in a pipe, as maps and registers of pipes name it.
pub(super) fn substance(text: &str) -> Runs {
    match text.trim().to_lowercase().as_str() {
        "" => Runs::Unsaid,
        "gas" | "natural_gas" | "natural gas" | "coal_gas" | "lpg" | "lng" | "cng" | "rq" | "燃气" | "天然气"
        | "煤气" | "液化气" => Runs::In(Network::Gas),
        "water" | "drinking_water" | "drinking water" | "potable" | "potable_water" | "js" | "给水" | "自来水"
        | "供水" | "上水" => Runs::In(Network::Water),
        "sewage" | "sewer" | "wastewater" | "waste_water" | "rainwater" | "rain_water" | "stormwater"
        | "storm_water" | "storm" | "drain" | "drainage" | "combined" | "ws" | "ys" | "ps" | "污水" | "雨水"
        | "排水" | "雨污合流" | "下水" => Runs::In(Network::Drainage),
        "power" | "electricity" | "electric" | "electrical" | "dl" | "电力" | "供电" => Runs::In(Network::Power),
        _ => Runs::Elsewhere,
    }
}

/// What runs in the pipes of a file of this name; `None` where it is no layer of pipes.
pub(super) fn utility_layer(layer: &str) -> Option<Runs> {
    const LAYERS: [&str; 12] = [
        "pipe",
        "sewer",
        "water_main",
        "watermain",
        "gas_main",
        "power_cable",
        "utilit",
        "drainage_net",
        "guanwang",
        "guanxian",
        "管网",
        "管线",
    ];
    const NETWORKS: [(&[&str], Runs); 5] = [
        (&["sewer", "sewage", "waste", "drain", "storm", "rain", "污", "雨", "排水"], Runs::In(Network::Drainage)),
        (&["heat", "steam", "hot", "oil", "热", "油"], Runs::Elsewhere),
        (&["gas", "ranqi", "燃气"], Runs::In(Network::Gas)),
        (&["power", "electr", "cable", "dianli", "电力"], Runs::In(Network::Power)),
        (&["water", "jishui", "gongshui", "给水", "供水"], Runs::In(Network::Water)),
    ];
    let layer = layer.to_lowercase();
    if !LAYERS.iter().any(|word| layer.contains(word)) {
        return None;
    }
    let of = |(words, runs): &(&[&str], Runs)| words.iter().any(|word| layer.contains(word)).then_some(*runs);
    Some(NETWORKS.iter().find_map(of).unwrap_or(Runs::Unsaid))
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}

/// Chinese and English half of a name that has both in one string; the second is empty where there is only one.
pub(super) fn split_name(name: &str) -> (&str, &str) {
    let name = name.trim();
    let Some((at, last)) = name.char_indices().rfind(|(_, c)| is_han(*c)) else { return (name, "") };
    let (zh, en) = name.split_at(at + last.len_utf8());
    let en = en.trim_matches(|c: char| c.is_whitespace() || matches!(c, '/' | '-' | '–' | '|' | ',' | ';'));
    let en = en.strip_prefix('(').and_then(|e| e.strip_suffix(')')).unwrap_or(en).trim();
    let word = en.chars().filter(|c| c.is_alphabetic()).count();
    if word >= 2 && en.starts_with(|c: char| c.is_alphanumeric()) && !en.is_empty() {
        return (zh.trim_end(), en);
    }
    // `Starbucks 星巴克`
    if let Some((first, _)) = name.char_indices().find(|(_, c)| is_han(*c)) {
        let (en, zh) = name.split_at(first);
        let all_han = zh.chars().all(|c| is_han(c) || c.is_numeric());
        let words = en.chars().filter(|c| c.is_alphabetic()).count();
        if all_han && words >= 3 && en.ends_with(' ') {
            return (zh, en.trim_end());
        }
    }
    (name, "")
}

/// Number of an id as sources write it: `123`, `way/123`, `relation/5` (negative), `w123`, `r5`.
pub(super) fn id(text: &str) -> i64 {
    let digits = text.rfind(|c: char| !c.is_ascii_digit()).map_or(0, |i| i + 1);
    let (kind, number) = text.split_at(digits);
    let number = number.parse::<i64>().unwrap_or(0);
    if kind.starts_with(['r', '-']) { -number } else { number }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heights_are_read_as_mappers_write_them() {
        let cases = [
            ("12", 12.0),
            ("12.5 m", 12.5),
            ("12m", 12.0),
            ("40 ft", 12.192),
            ("40'", 12.192),
            ("6'4\"", 1.9304),
            ("12,5", 12.5),
            ("~20", 20.0),
            (" 7 meters ", 7.0),
            ("18 米", 18.0),
        ];
        for (text, want) in cases {
            assert!(metres(text).is_some_and(|m| (m - want).abs() < 1e-9), "{text}: {:?}", metres(text));
        }
        for text in ["", "high", "12 storeys", "m", "1e999"] {
            assert_eq!(metres(text), None, "{text}");
        }
    }

    #[test]
    fn names_are_split_into_chinese_and_english() {
        assert_eq!(split_name("屯門公路 Tuen Mun Road"), ("屯門公路", "Tuen Mun Road"));
        assert_eq!(split_name("鳳凰徑第7段 Lantau Trail Section 7"), ("鳳凰徑第7段", "Lantau Trail Section 7"));
        assert_eq!(split_name("落馬洲濕地補償區Lok Ma Chau Wetland"), ("落馬洲濕地補償區", "Lok Ma Chau Wetland"));
        assert_eq!(split_name("大澳橋"), ("大澳橋", ""));
        assert_eq!(split_name("Main Street"), ("Main Street", ""));
        assert_eq!(split_name("Starbucks 星巴克"), ("星巴克", "Starbucks"));
        assert_eq!(split_name("A座"), ("A座", ""));
    }

    #[test]
    fn ids_of_relations_are_negative() {
        assert_eq!((id("way/123"), id("relation/5"), id("-7"), id("42"), id("r9"), id("x")), (123, -5, -7, 42, -9, 0));
    }
}
