//! The visitor's own time beside the host's, once the browser can tell it.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsValue;
use leptos::web_sys::js_sys::{Array, Date, Intl, Object, Reflect};

use crate::{app::viewer::use_lang, domain::text::Lang, texts::session};

/// "Tue 12 Jan, 09:00 in London (your time)"; empty on the server, and where the visitor's zone is the host's.
#[component]
pub fn LocalTime(
    /// The instant, RFC 3339 in UTC.
    #[prop(into)]
    iso: String,
    /// The host's zone.
    #[prop(into)]
    zone: String,
) -> impl IntoView {
    let lang = use_lang();
    let text = RwSignal::new(String::new());
    Effect::new(move |_| {
        if let Some(here) = browser_zone()
            && here != zone
        {
            let city = here.rsplit('/').next().unwrap_or(&here).replace('_', " ");
            text.set(session::your_time(lang, &format_instant(lang, &iso), &city));
        }
    });
    view! { <span class="local-time quiet small">{move || text.get()}</span> }
}

/// The zone the device is set to, as browsers name it. In the browser only: a server has no device.
pub fn browser_zone() -> Option<String> {
    let options = Intl::DateTimeFormat::new(&Array::new(), &Object::new()).resolved_options();
    Reflect::get(&options, &JsValue::from_str("timeZone")).ok()?.as_string()
}

fn format_instant(lang: Lang, iso: &str) -> String {
    let options = Object::new();
    for (key, value) in
        [("weekday", "short"), ("day", "numeric"), ("month", "short"), ("hour", "2-digit"), ("minute", "2-digit"), ("hourCycle", "h23")]
    {
        let _set = Reflect::set(&options, &JsValue::from_str(key), &JsValue::from_str(value));
    }
    let locale = match lang {
        Lang::En => "en-GB",
        Lang::Ro => "ro",
    };
    String::from(Date::new(&JsValue::from_str(iso)).to_locale_string(locale, &options))
}

/// Milliseconds of the browser's clock. Only differences of it are used: the server's clock decides.
pub fn browser_now_ms() -> f64 {
    Date::now()
}
