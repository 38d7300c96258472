//! From an empty dialog to the order that files a case, by keys alone; places in texts; a lost link.

use std::sync::{Arc, OnceLock};

use egui::{Event, Key, Modifiers, Pos2, RawInput, Rect, vec2};

use super::draft::Draft;
use super::model::{PlaceWhy, Places, coordinates};
use super::panel::{Field, IntakeView, IntakeWish, KindShown, intake_ui};
use crate::config::Catalogue;
use crate::domain::{Answers, Grade, LonLat, Moment, Order};
use crate::ground::City;
use crate::ground::city::Named;
use crate::ground::{demo, pack};
use crate::screen::look;
use crate::screen::names::{CityNames, Kinds};

pub(super) fn city() -> Arc<City> {
    static CITY: OnceLock<Arc<City>> = OnceLock::new();
    Arc::clone(CITY.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("city");
        pack::writer::write(&demo::generate(3, 2_000), &out, "").unwrap();
        let city = City::open(&out).unwrap();
        city.prepare_lookups();
        Arc::new(city)
    }))
}

pub(super) fn with_places<T>(ask: impl FnOnce(&Places<'_>, &City) -> T) -> T {
    let (city, kinds) = (city(), Kinds::default());
    let names = CityNames { city: &city, kinds: &kinds, locale: "zh-CN" };
    let places = Places { city: &city, names: &names, named: &|what| names.what(what) };
    ask(&places, &city)
}

/// Three streets: 长江路 and 中山路 cross, 弥敦道 runs half a kilometre further east. Beside it where the two meet.
fn town() -> (City, LonLat, tempfile::TempDir) {
    use crate::ground::pack::model::{CityModel, WayShape};
    use crate::ground::pack::records::Paint;

    let mut model = CityModel { name: "镇".to_owned(), ..CityModel::default() };
    let middle = [1_193_200_000, 316_200_000];
    for (names, line) in [
        (("长江路", "Changjiang Road"), [[1_193_100_000, 316_200_000], middle, [1_193_250_000, 316_200_000]]),
        (("中山路", "Zhongshan Road"), [[1_193_200_000, 316_100_000], middle, [1_193_200_000, 316_300_000]]),
        (
            ("弥敦道", "Nathan Road"),
            [[1_193_300_000, 316_150_000], [1_193_300_000, 316_200_000], [1_193_300_000, 316_300_000]],
        ),
    ] {
        let points = model.add_points(line);
        let (name, name_en) = (model.names.number(names.0), model.names.number(names.1));
        model.ways.push(WayShape {
            source_id: 0,
            name,
            name_en,
            class: Paint::Primary,
            flags: 0,
            width_cm: 1_400,
            points,
        });
    }
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("town");
    pack::writer::write(&model, &out, "").unwrap();
    (City::open(&out).unwrap(), LonLat { lon: 119.32, lat: 31.62 }, dir)
}

#[test]
fn ordinary_addresses_find_the_street_that_they_name_and_stay_as_they_were_typed() {
    let ((city, middle, _dir), kinds) = (town(), Kinds::default());
    let names = CityNames { city: &city, kinds: &kinds, locale: "en" };
    let places = Places { city: &city, names: &names, named: &|what| names.what(what) };
    let typed = |typed: &str| places.typed(typed).into_iter().map(|hit| (hit.address, hit.why)).collect::<Vec<_>>();
    for address in ["长江路88弄3号楼", "长江路 88", "长江路88号三楼", "长江路与弥敦道口"] {
        assert_eq!(typed(address), [(address.to_owned(), PlaceWhy::Part)]);
        assert_eq!(places.typed(address)[0].note, "长江路", "the place is that of the street");
    }
    for address in ["长江路88号", "长江路88弄3号", "88 Nathan Road", "88-90 Nathan Road", "88A Nathan Road"] {
        assert_eq!(typed(address), [(address.to_owned(), PlaceWhy::Name)]);
    }
    assert_eq!(typed("88 nath"), [("88 Nathan Road".to_owned(), PlaceWhy::Name)], "while it is typed");
    assert_eq!(typed("88 Nathan Rd"), [("88 Nathan Road".to_owned(), PlaceWhy::Name)]);
    assert!(typed("88 Nowhere Road").is_empty());
    let apart = |at: LonLat| {
        let ([east, north], [x, y]) = (city.frame().metres_from_lonlat(at), city.frame().metres_from_lonlat(middle));
        (east - x).hypot(north - y)
    };
    for address in ["长江路与中山路口", "中山路/长江路", "长江路中山路交叉口", "Changjiang Road & Zhongshan Road"]
    {
        let hits = places.typed(address);
        assert_eq!(typed(address), [(address.to_owned(), PlaceWhy::Crossing)]);
        assert!(apart(hits[0].at) < 2.0, "{address} is {} m off", apart(hits[0].at));
    }
    let in_text = |text: &str| places.in_text(text).map(|hit| hit.address);
    assert_eq!(in_text("长江路与中山路路口两车追尾").as_deref(), Some("长江路与中山路路口"));
    assert!(apart(places.in_text("长江路与中山路路口两车追尾").unwrap().at) < 2.0);
    assert_eq!(in_text("长江路88弄3号楼下有人").as_deref(), Some("长江路88弄3号"));
    assert_eq!(in_text("3 injured at 88 Nathan Road, second floor").as_deref(), Some("88 Nathan Road"));
    assert_eq!(in_text("在长江路，快来").as_deref(), Some("长江路"));
}

/// A district and a street in it.
fn somewhere(city: &City) -> (String, String) {
    let way =
        city.ways().iter().find(|way| !city.name(way.name).is_empty() && city.name(way.name).ends_with('路')).unwrap();
    let at = city.points_of(way)[0].map(f64::from);
    let path = city.area_path(at);
    let area = path.iter().skip(1).map(|at| city.name(city.areas()[*at as usize].name)).find(|name| !name.is_empty());
    (area.unwrap().to_owned(), city.name(way.name).to_owned())
}

#[test]
fn a_text_that_names_a_street_is_placed_on_it_with_its_number() {
    with_places(|places, city| {
        let (area, street) = somewhere(city);
        let hit = places.in_text(&format!("市民来电：{area}{street}88号楼下有人摆摊，很吵")).unwrap();
        assert_eq!(hit.address, format!("{area}{street}88号"));
        assert_eq!(hit.why, PlaceWhy::Text);
        let [east, north] = city.frame().metres_from_lonlat(hit.at);
        let near = city.street_near([east, north], 50.0).map(|street| city.name(street.name).to_owned());
        assert_eq!(near, Some(street), "on the street itself");
        assert_eq!(places.in_text("楼下有人摆摊，很吵"), None);
        assert_eq!(places.typed(&format!("{area}无此小区3栋")), [], "the middle of a district is no house in it");
    });
}

#[test]
fn names_initials_and_coordinates_of_both_datums_find_a_place() {
    with_places(|places, city| {
        let (_, street) = somewhere(city);
        let beginning: String = street.chars().take(2).collect();
        assert!(places.typed(&beginning).iter().any(|hit| hit.address == street), "{street}");
        let letters = crate::domain::initials::initials(&street);
        let found: Vec<_> = city.search(&letters, 30);
        let is =
            |named: &Named| matches!(named, Named::Street(way) if city.name(city.ways()[*way as usize].name) == street);
        assert!(found.iter().any(is), "{letters} finds {street}");
        let origin = city.frame().origin();
        let hits = places.typed(&format!("{:.5}, {:.5}", origin.lon, origin.lat));
        assert_eq!(hits.iter().map(|hit| hit.why).collect::<Vec<_>>(), [PlaceWhy::Wgs84, PlaceWhy::Gcj02]);
        let apart = |at: LonLat| city.frame().metres_from_lonlat(at).into_iter().map(f64::abs).fold(0.0, f64::max);
        assert!(apart(hits[0].at) < 2.0 && apart(hits[1].at) > 100.0, "the second is some hundred metres off");
        assert!(places.typed("2.5 48.5").is_empty(), "Paris is not in this city");
    });
    assert_eq!(coordinates("32.04，118.78"), LonLat::new(118.78, 32.04), "in either order");
    assert_eq!(coordinates("88 12"), None);
    assert_eq!(coordinates("118.78"), None);
}

/// One frame of the dialog with these events.
fn frame(ctx: &egui::Context, view: &IntakeView<'_>, events: Vec<Event>) -> Vec<IntakeWish> {
    let screen_rect = Some(Rect::from_min_size(Pos2::ZERO, vec2(900.0, 900.0)));
    let input = RawInput { events, screen_rect, ..Default::default() };
    let mut wishes = Vec::new();
    let mut output = ctx.run_ui(input, |ui| wishes = intake_ui(ui, view));
    output.textures_delta.clear();
    wishes
}

pub(super) fn press(key: Key, modifiers: Modifiers) -> Vec<Event> {
    vec![Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers }]
}

fn kind(code: &str) -> KindShown {
    KindShown { code: code.to_owned(), name: code.to_owned(), grade: Grade::III, why: String::new() }
}

#[test]
fn enter_goes_from_field_to_field_takes_what_is_marked_and_ctrl_enter_files() {
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let (draft, kinds) = (Draft::new(Moment(5)), [kind("20402"), kind("20401")]);
    let answers = Answers::new();
    let catalogue = Catalogue::load(None).unwrap();
    let form = catalogue.kind("20402").unwrap().form.as_slice();
    let view = |focus| IntakeView {
        draft: &draft,
        answers: &answers,
        casualties: &[],
        form,
        components: &[],
        locale: "zh-CN",
        kind_typed: "",
        kinds: &kinds,
        marked_kind: 1,
        kind: kinds.first(),
        places: &[],
        marked_place: 0,
        alike: &[],
        answers_for: None,
        focus,
        note: None,
        sent: false,
        picking: false,
    };
    frame(&ctx, &view(Some(Field::Text)), Vec::new());
    assert_eq!(
        frame(&ctx, &view(None), vec![Event::Text("水管爆了".to_owned())]),
        [IntakeWish::Text("水管爆了".to_owned())]
    );
    assert_eq!(frame(&ctx, &view(None), press(Key::Enter, Modifiers::NONE)), [IntakeWish::Next(Field::Text)]);
    frame(&ctx, &view(Some(Field::Kind)), Vec::new());
    let taken = frame(&ctx, &view(None), press(Key::Enter, Modifiers::NONE));
    assert_eq!(taken, [IntakeWish::TakeKind(1), IntakeWish::Next(Field::Kind)]);
    assert_eq!(frame(&ctx, &view(None), press(Key::ArrowUp, Modifiers::NONE)), [IntakeWish::MarkKind(0)]);
    frame(&ctx, &view(Some(Field::Form(0))), Vec::new());
    assert_eq!(
        frame(&ctx, &view(None), vec![Event::Text("300".to_owned())]),
        [IntakeWish::Answer("diameter".to_owned(), "300".to_owned())]
    );
    assert_eq!(frame(&ctx, &view(None), press(Key::Enter, Modifiers::NONE)), [IntakeWish::Next(Field::Form(0))]);
    assert_eq!(
        (Field::Kind.next(3), Field::Form(0).next(3), Field::Form(2).next(3)),
        (Field::Form(0), Field::Form(1), Field::Name)
    );
    assert_eq!(Field::Kind.next(0), Field::Name);
    assert_eq!(frame(&ctx, &view(None), press(Key::Num2, Modifiers::ALT)), [IntakeWish::Grade(Grade::II)]);
    assert_eq!(frame(&ctx, &view(None), press(Key::Enter, Modifiers::COMMAND)), [IntakeWish::Send(true)]);
    let register = Modifiers::COMMAND | Modifiers::SHIFT;
    assert_eq!(frame(&ctx, &view(None), press(Key::Enter, register)), [IntakeWish::Send(false)]);
    assert_eq!(frame(&ctx, &view(None), press(Key::Escape, Modifiers::NONE)), [IntakeWish::Close]);
    let sent = IntakeView { sent: true, ..view(None) };
    assert_eq!(frame(&ctx, &sent, press(Key::Enter, Modifiers::COMMAND)), [], "what is on its way is not sent twice");
}

#[test]
fn a_draft_becomes_one_order_with_its_own_identity() {
    let catalogue = Catalogue::load(None).unwrap();
    let kind = catalogue.kind("20402").unwrap();
    let mut draft = Draft::new(Moment(5));
    // What belongs to a kind that it was of before does not go along.
    draft.answers = [("diameter", " 300 "), ("floor", "11"), ("danger", "")].into();
    draft.text = " 水管爆了 ".to_owned();
    draft.phone = "13800000000".to_owned();
    let Order::TakeCall(call) = draft.order(kind, None, true) else { panic!("another order") };
    assert_eq!((call.report.text.as_str(), call.report.grade, call.file), ("水管爆了", kind.grade, true));
    assert_eq!(call.report.answers, [("diameter", "300")].into());
    assert_eq!(call.report.source_id, draft.id);
    assert_eq!(call.caller.map(|caller| caller.phone), Some("13800000000".to_owned()));
    draft.phone.clear();
    draft.grade = Some(Grade::I);
    let Order::TakeCall(call) = draft.order(kind, None, false) else { panic!("another order") };
    assert_eq!((call.caller, call.report.grade, call.file), (None, Grade::I, false));
}

#[test]
fn casualties_in_a_text_fill_the_form_and_raise_the_grade_until_the_officer_says_otherwise() {
    let catalogue = Catalogue::load(None).unwrap();
    let fire = catalogue.kind("30201").unwrap();
    let mut draft = Draft::new(Moment(5));
    draft.text = "三楼着火，多人受伤，十余人被困，另有1人失联".to_owned();
    let report = |draft: &Draft| {
        let Order::TakeCall(call) = draft.order(fire, None, true) else { panic!("another order") };
        call.report
    };
    let filed = report(&draft);
    // The form of a fire does not ask for the missing: those stay in the text, and count.
    assert_eq!(filed.answers, [("injured", "2"), ("trapped", "10")].into());
    assert_eq!(filed.grade, fire.grade.min(Grade::II), "eleven lives at stake");
    draft.answers = [("trapped", "31"), ("injured", "")].into();
    let filed = report(&draft);
    assert_eq!(filed.answers, [("trapped", "31")].into(), "what was emptied stays empty");
    assert_eq!(filed.grade, Grade::I, "what the officer knows counts");
    draft.grade = Some(Grade::III);
    assert_eq!(report(&draft).grade, Grade::III, "what was chosen is chosen");
    let mut quiet = Draft::new(Moment(5));
    quiet.text = "厨房着火已灭，无人员伤亡".to_owned();
    assert_eq!(report(&quiet).answers, [("dead", "0"), ("injured", "0")].into());
    assert_eq!(report(&quiet).grade, fire.grade, "nobody hurt raises nothing, and lowers nothing");
}

/// All texts on a screen.
fn texts(shapes: &[egui::epaint::ClippedShape]) -> Vec<String> {
    fn of(shape: &egui::Shape, texts: &mut Vec<String>) {
        match shape {
            egui::Shape::Text(text) => texts.push(text.galley.text().to_owned()),
            egui::Shape::Vec(shapes) => shapes.iter().for_each(|shape| of(shape, texts)),
            _ => {}
        }
    }
    let mut all = Vec::new();
    for clipped in shapes {
        of(&clipped.shape, &mut all);
    }
    all
}

#[test]
fn the_dialog_says_in_whose_words_how_many_are_hurt_and_why_the_grade_is_higher() {
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let mut draft = Draft::new(Moment(5));
    draft.text = "三人被困".to_owned();
    let catalogue = Catalogue::load(None).unwrap();
    let form = catalogue.kind("30201").unwrap().form.as_slice();
    let shown = |draft: &Draft, grade: Grade| {
        let kind = KindShown { grade, ..kind("30201") };
        let casualties = draft.casualties();
        let answers = draft.with_proposed(form, &casualties);
        let view = IntakeView {
            draft,
            answers: &answers,
            casualties: &casualties,
            form,
            components: &[],
            locale: "zh-CN",
            kind_typed: "",
            kinds: std::slice::from_ref(&kind),
            marked_kind: 0,
            kind: Some(&kind),
            places: &[],
            marked_place: 0,
            alike: &[],
            answers_for: None,
            focus: None,
            note: None,
            sent: false,
            picking: false,
        };
        let screen_rect = Some(Rect::from_min_size(Pos2::ZERO, vec2(900.0, 900.0)));
        let mut output = ctx.run_ui(RawInput { screen_rect, ..Default::default() }, |ui| drop(intake_ui(ui, &view)));
        output.textures_delta.clear();
        texts(&output.shapes)
    };
    let has = |texts: &[String], part: &str| texts.iter().any(|text| text.contains(part));
    let raised = shown(&draft, Grade::IV);
    assert!(has(&raised, "3 trapped (“三人被困”)") && has(&raised, "3 or more lives"), "{raised:?}");
    assert!(raised.iter().any(|text| text == "3"), "it stands in its field: {raised:?}");
    let as_grave = shown(&draft, Grade::III);
    assert!(has(&as_grave, "3 trapped") && !has(&as_grave, "3 or more lives"), "{as_grave:?}");
    draft.text = "着火了".to_owned();
    assert!(!has(&shown(&draft, Grade::IV), "trapped ("), "nothing said, nothing proposed");
}
