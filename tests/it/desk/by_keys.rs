//! A morning's queue in a real browser, by the keyboard alone: what it takes is counted.

use std::time::{Duration, Instant};

use caseconsultant::domain::account::Role;
use caseconsultant::ports::CaseFilter;

use super::World;
use crate::journey::chromium::{Chromium, Window};
use crate::journey::wait::until;

const CASES: usize = 30;
const ENTER: char = '\u{E007}';
const CONTROL: char = '\u{E009}';
const SOON: Duration = Duration::from_secs(20);

/// A window, what was pressed in it, and how many pages it loaded.
struct Desk<'a> {
    window: &'a Window,
    keys: usize,
    loads: usize,
}

impl Desk<'_> {
    fn press(&mut self, keys: &str) {
        self.keys += keys.chars().count();
        self.window.press(keys);
    }

    /// Presses what opens another page, and waits until it stands.
    fn press_and_load(&mut self, press: impl FnOnce(&mut Self)) {
        self.window.run("window.before = true");
        press(self);
        until("another page", SOON, || {
            let there =
                self.window.run("return document.readyState === 'complete' && window.before !== true && location.pathname");
            if there.as_str().is_some() { Ok(()) } else { Err(self.window.path()) }
        });
        self.loads += 1;
    }

    fn loads_by(&mut self, keys: &str) {
        self.press_and_load(|desk| desk.press(keys));
    }

    /// Ctrl and Enter: the form that is written in is sent.
    fn sends(&mut self) {
        self.press_and_load(|desk| {
            desk.keys += 2;
            desk.window.press_together(&[CONTROL, ENTER]);
        });
    }

    /// Where the browser is, the number of the case.
    fn case(&self) -> String {
        self.window.path().rsplit('/').next().unwrap().to_owned()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thirty_cases_are_cleared_by_keyboard_alone() {
    let Some(chromium) = Chromium::start() else { return };
    let world = World::open().await;
    world.hires("dana", Role::Consultant).await;
    for n in 0..CASES {
        let text = format!("Please choose the level of visit number {n} from the attached note. {}", super::cases::FOR_A_PERSON);
        world.mailed(&format!("m{n}"), "", &text).await;
    }
    let in_review = CaseFilter { states: vec!["in_review".to_owned()], ..CaseFilter::default() };
    assert_eq!(world.store.cases(&in_review).await.unwrap().len(), CASES);
    let window = chromium.window();
    window.go(&format!("http://127.0.0.1:{}/sign-in", world.port));
    window.click("#name");
    let mut dana = Desk { window: &window, keys: 0, loads: 0 };
    dana.loads_by(&format!("dana\t{}{ENTER}", super::cases::PASSWORD));
    window.shows("h1", "To review");
    (dana.keys, dana.loads) = (0, 0);
    dana.loads_by(&format!("j{ENTER}"));
    let mut typed = 0;
    let mut times = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for n in 0..CASES {
        let began = Instant::now();
        assert!(seen.insert(dana.case()), "{} is met once", dana.case());
        window.shows("#h-question", "Question");
        // Of ten cases one is asked back, one closed, two are written anew, and the rest is right as it stands.
        match n % 10 {
            3 => {
                let words = "Was the visit before or after the decision for surgery?";
                typed += words.len();
                dana.press("q");
                dana.press(words);
                dana.sends();
                dana.loads_by("o");
            }
            5 => {
                dana.press("w");
                dana.press("\t");
                dana.loads_by(&ENTER.to_string());
                dana.loads_by("o");
            }
            7 | 8 => {
                let words = "Please send us the signed report. ";
                typed += words.len();
                dana.press("e");
                dana.press(words);
                dana.sends();
                dana.loads_by("A");
            }
            _ => dana.loads_by("A"),
        }
        times.push(began.elapsed());
    }
    window.shows("#rows", "Nothing here");
    assert!(world.store.cases(&in_review).await.unwrap().is_empty());
    world.work().await;
    let left = world.left();
    let asked = left.iter().filter(|(_, text)| text.contains("decision for surgery")).count();
    let written = left.iter().filter(|(_, text)| text.contains("Please send us the signed report")).count();
    assert_eq!((left.len(), asked, written), (27, 3, 6), "three are closed without a word");
    times.sort();
    let of = |count: usize| format!("{}.{}", count / CASES, count % CASES * 10 / CASES);
    println!(
        "figure: {CASES} cases by keyboard: {} keys a case and {} typed characters, {} page loads a case; the browser's part {:.0} ms \
         median, {:.0} ms at most",
        of(dana.keys - typed),
        of(typed),
        of(dana.loads),
        times[CASES / 2].as_secs_f64() * 1e3,
        times[CASES - 1].as_secs_f64() * 1e3
    );
    assert!(dana.keys - typed <= 4 * CASES && dana.loads <= 2 * CASES, "{} keys, {} pages", dana.keys - typed, dana.loads);
}
