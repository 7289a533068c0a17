//! A page's data: waiting, there, or refused.

use leptos::prelude::*;

use super::{Skeleton, Width};
use crate::{api::error::ApiError, app::pages::errors::ErrorView};

/// Shows what `view` makes of the data, a skeleton while it is awaited, or the error as a page with its HTTP status.
#[component]
pub fn Loaded<T, F>(
    /// Where the data comes from.
    data: Resource<Result<T, ApiError>>,
    /// Makes the page; end with `.into_any()`.
    view: F,
    /// As wide as the page to come.
    #[prop(optional)]
    width: Width,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    F: Fn(T) -> AnyView + Clone + Send + Sync + 'static,
{
    view! {
        <Suspense fallback=move || view! { <Skeleton width=width/> }>
            {move || {
                let view = view.clone();
                Suspend::new(async move {
                    match data.await {
                        Ok(found) => view(found),
                        Err(error) => view! { <ErrorView error=error/> }.into_any(),
                    }
                })
            }}
        </Suspense>
    }
}

pub use crate::app::pages::errors::ErrorView as ErrorPage;
