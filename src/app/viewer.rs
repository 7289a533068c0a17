//! Who looks at the page, on which site, in which language. The server knows; the browser reads the same copy when it hydrates.

use leptos::{prelude::*, reactive::owner::with_context};
use serde::{Deserialize, Serialize};

use crate::domain::{feature::Features, money::Currency, role::Role, text::Lang};

/// A signed-in person, as the header shows them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ViewerPerson {
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// What they are on this site.
    pub role: Role,
}

/// What every page shows of its site.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SiteLook {
    /// The site's name.
    pub name: String,
    /// Payments go to simulators.
    pub test_mode: bool,
    /// What is switched on.
    pub features: Features,
    /// What fees are in, once chosen.
    pub currency: Option<Currency>,
    /// Whom to write to.
    pub support_email: Option<String>,
}

/// Who looks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Viewer {
    /// The language to show.
    pub lang: Lang,
    /// Who is signed in.
    pub person: Option<ViewerPerson>,
    /// The site.
    pub site: SiteLook,
}

/// Puts the viewer where pages find it. Called once, by the app's root.
pub fn provide_viewer() {
    let shared = SharedValue::new(here);
    provide_context(shared.into_inner());
}

/// Who looks at this page.
pub fn use_viewer() -> Viewer {
    use_context::<Viewer>().unwrap_or_default()
}

/// The language of this page.
pub fn use_lang() -> Lang {
    // Asked by nearly every component: nothing else of the viewer is copied for it.
    with_context::<Viewer, _>(|viewer| viewer.lang).unwrap_or_default()
}

#[cfg(feature = "ssr")]
fn here() -> Viewer {
    use crate::server::ctx::Ctx;
    let Ok(Ctx { caller, .. }) = Ctx::current() else { return Viewer::default() };
    Viewer {
        lang: caller.lang,
        person: caller.person.map(|p| ViewerPerson { name: p.name, email: p.email, role: p.role }),
        site: SiteLook {
            name: caller.site.name.clone(),
            test_mode: caller.site.test_mode,
            features: caller.site.features,
            currency: caller.site.currency,
            support_email: caller.site.support_email.clone(),
        },
    }
}

#[cfg(not(feature = "ssr"))]
fn here() -> Viewer {
    Viewer::default()
}
