//! Names of the demo city: Chinese with their English form.

use super::Random;

/// Syllables of names: character and Hanyu Pinyin.
const SYLLABLES: [(&str, &str); 48] = [
    ("云", "yun"), ("江", "jiang"), ("和", "he"), ("安", "an"), ("康", "kang"), ("文", "wen"), ("昌", "chang"),
    ("明", "ming"), ("德", "de"), ("永", "yong"), ("兴", "xing"), ("新", "xin"), ("华", "hua"), ("春", "chun"),
    ("泰", "tai"), ("锦", "jin"), ("秀", "xiu"), ("龙", "long"), ("泉", "quan"), ("松", "song"), ("竹", "zhu"),
    ("梅", "mei"), ("桂", "gui"), ("兰", "lan"), ("柳", "liu"), ("枫", "feng"), ("荷", "he"), ("湖", "hu"),
    ("山", "shan"), ("海", "hai"), ("星", "xing"), ("月", "yue"), ("光", "guang"), ("丰", "feng"), ("庆", "qing"),
    ("福", "fu"), ("嘉", "jia"), ("善", "shan"), ("义", "yi"), ("仁", "ren"), ("礼", "li"), ("信", "xin"),
    ("望", "wang"), ("清", "qing"), ("平", "ping"), ("富", "fu"), ("宁", "ning"), ("瑞", "rui"),
];

const MAIN: [(&str, &str); 20] = [
    ("人民", "Renmin"), ("中山", "Zhongshan"), ("解放", "Jiefang"), ("建设", "Jianshe"), ("和平", "Heping"),
    ("胜利", "Shengli"), ("文化", "Wenhua"), ("青年", "Qingnian"), ("滨江", "Binjiang"), ("迎宾", "Yingbin"),
    ("长江", "Changjiang"), ("北京", "Beijing"), ("上海", "Shanghai"), ("友谊", "Youyi"), ("科技", "Keji"),
    ("创新", "Chuangxin"), ("体育", "Tiyu"), ("车站", "Chezhan"), ("学府", "Xuefu"), ("朝阳", "Chaoyang"),
];

/// Two syllables as a name, like 云江 / Yunjiang.
pub(super) fn word(random: &mut Random) -> (String, String) {
    let a = random.pick(&SYLLABLES).copied().unwrap_or(("云", "yun"));
    let mut b = random.pick(&SYLLABLES).copied().unwrap_or(("江", "jiang"));
    while a == b {
        b = random.pick(&SYLLABLES).copied().unwrap_or(("江", "jiang"));
    }
    // pinyin separates syllables where the second begins with a vowel
    let gap = if b.1.starts_with(['a', 'e', 'o']) { "'" } else { "" };
    let mut head = a.1.chars();
    let first = head.next().map(|c| c.to_ascii_uppercase()).unwrap_or_default();
    (format!("{}{}", a.0, b.0), format!("{first}{}{gap}{}", head.as_str(), b.1))
}

/// Hands out road names, each once as long as there are any left.
pub(super) struct RoadNames {
    main: Vec<(&'static str, &'static str)>,
    used: std::collections::BTreeSet<String>,
    random: Random,
}

impl RoadNames {
    pub(super) fn new(random: &mut Random) -> Self {
        Self { main: MAIN.iter().rev().copied().collect(), used: [].into(), random: Random::new(random.bits()) }
    }

    /// Name of a main road.
    pub(super) fn main(&mut self, north_south: bool) -> (String, String) {
        match self.main.pop() {
            Some((zh, en)) if north_south => (format!("{zh}路"), format!("{en} Road")),
            Some((zh, en)) => (format!("{zh}大道"), format!("{en} Avenue")),
            None => self.street(north_south),
        }
    }

    /// Name of a street.
    pub(super) fn street(&mut self, north_south: bool) -> (String, String) {
        for _ in 0..8 {
            let (zh, en) = word(&mut self.random);
            if self.used.insert(zh.clone()) {
                return if north_south {
                    (format!("{zh}路"), format!("{en} Road"))
                } else {
                    (format!("{zh}街"), format!("{en} Street"))
                };
            }
        }
        let number = self.used.len() + 1;
        self.used.insert(format!("{number}"));
        (format!("经{number}路"), format!("Jing {number} Road"))
    }
}
