//! How long the seat is kept: shown every second, said only when it matters, extended with one press.

use std::time::Duration;

use leptos::{ev, prelude::*, task::spawn_local};

use super::{live::Live, states::RegisterAgain};
use crate::{
    api::checkout::{CheckoutDetails, extend_hold},
    app::{
        components::{Glyph, Icon, Look, Notice, PostForm, SubmitButton, Tone, announcer, browser_now_ms},
        routes,
        viewer::use_lang,
    },
    texts::{checkout as texts, plurals},
};

/// From here on the time left is said, not only shown (CHK-3).
const WARNING_SECONDS: i64 = 120;

/// `11:42`.
fn clock(seconds: i64) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// The time left and the way to more of it. The deadline counts from the server's seconds, whatever the browser's clock says.
#[component]
pub(super) fn Hold(page: CheckoutDetails, live: Live) -> impl IntoView {
    let lang = use_lang();
    let say = announcer();
    let left = RwSignal::new(page.hold_seconds_left.max(0));
    let can_extend = RwSignal::new(page.can_extend);
    let ticking = RwSignal::new(false);
    let deadline = StoredValue::new(0.0_f64);
    let count_from = move |seconds: i64| {
        deadline.set_value(browser_now_ms() + seconds as f64 * 1000.0);
        left.set(seconds);
        live.seat_kept.set(seconds > 0);
    };
    Effect::new(move |_| {
        count_from(left.get_untracked());
        ticking.set(true);
        let tick = move || {
            let before = left.get_untracked();
            let now = ((deadline.get_value() - browser_now_ms()) / 1000.0).ceil().max(0.0) as i64;
            left.set(now);
            if before > WARNING_SECONDS && now <= WARNING_SECONDS {
                say(texts::seat_soon_free(lang, &plurals::minutes(lang, 2)));
            }
            if before > 0 && now == 0 {
                live.seat_kept.set(false);
                say(texts::seat_gone_title(lang).to_owned());
            }
        };
        if let Ok(handle) = set_interval_with_handle(tick, Duration::from_secs(1)) {
            on_cleanup(move || handle.clear());
        }
    });
    let order = StoredValue::new(page.link.clone());
    let before = Callback::new(move |event: ev::SubmitEvent| {
        event.prevent_default();
        spawn_local(async move {
            if let Ok(answer) = extend_hold(order.get_value()).await {
                can_extend.set(answer.can_extend);
                count_from(answer.hold_seconds_left);
                say(texts::seat_kept_longer(lang, &plurals::minutes(lang, u64::try_from(answer.hold_seconds_left / 60).unwrap_or(0))));
            }
        });
    });
    let class = move || if left.get() <= WARNING_SECONDS { "hold hold--soon" } else { "hold" };
    let until = texts::seat_kept_until(lang, &page.hold_until);
    view! {
        <div class=class hidden=move || !live.seat_kept.get()>
            <input type="hidden" data-field="hold_until" value=page.hold_until_iso/>
            <span class="with-icon">
                <Icon icon=Glyph::Clock/>
                <span hidden=move || ticking.get()>{until}</span>
                <span hidden=move || !ticking.get() role="timer" aria-live="off">{texts::seat_kept(lang)} " " <b class="tabular">{move || clock(left.get())}</b></span>
            </span>
            <div hidden=move || !can_extend.get()>
                <PostForm action=routes::checkout_extend(&page.link) class="hold__extend" before=before>
                    <SubmitButton look=Look::Link>{texts::keep_seat(lang)}</SubmitButton>
                </PostForm>
            </div>
        </div>
    }
}

/// What stands above the form once the time ran out; the form and all that was typed stay.
#[component]
pub(super) fn Gone(page: CheckoutDetails, live: Live) -> impl IntoView {
    let lang = use_lang();
    let page = StoredValue::new(page);
    view! {
        <Show when=move || !live.seat_kept.get()>
            <Notice tone=Tone::Warn title=texts::seat_gone_title(lang)>
                <p>{texts::seat_gone_text(lang)}</p>
                <RegisterAgain page=page.get_value()/>
            </Notice>
        </Show>
    }
}
