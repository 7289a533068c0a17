//! Pages that most visitors never open: those of buyers, hosts and administrators. They are not in the program that every page loads:
//! `cargo xtask` takes what only these functions need out into files that the browser fetches when one is first opened. Everything
//! else about them, on the server and in the tables of `routes`, is as for any page.

use leptos::prelude::*;
use leptos_router::ChooseView;

use super::pages::{
    admin,
    checkout::{CardPage, CheckoutPage},
    division::DivisionPage,
    host,
    manager::ManagerPage,
    order::OrderPage,
    register::RegisterPage,
};

/// A page on the way to a seat.
#[derive(Clone, Copy, Debug)]
pub(super) enum BuyerPage {
    Register,
    Checkout,
    Card,
    Order,
}

/// A host's page.
#[derive(Clone, Copy, Debug)]
pub(super) enum HostPage {
    Sessions,
    New,
    Edit,
    Estimate,
    Pay,
    Room,
    Start,
}

/// A page of a site administrator, an account manager or a division manager.
#[derive(Clone, Copy, Debug)]
pub(super) enum OfficePage {
    Dashboard,
    Orders,
    Order,
    Doubts,
    Promos,
    PromoNew,
    Promo,
    Processors,
    Processor,
    Rates,
    Settings,
    People,
    Audit,
    Manager,
    Division,
}

#[lazy]
fn view_buyer(page: BuyerPage) -> AnyView {
    match page {
        BuyerPage::Register => RegisterPage().into_any(),
        BuyerPage::Checkout => CheckoutPage().into_any(),
        BuyerPage::Card => CardPage().into_any(),
        BuyerPage::Order => OrderPage().into_any(),
    }
}

#[lazy]
fn view_host(page: HostPage) -> AnyView {
    match page {
        HostPage::Sessions => host::SessionsPage().into_any(),
        HostPage::New => host::NewSessionPage().into_any(),
        HostPage::Edit => host::EditSessionPage().into_any(),
        HostPage::Estimate => host::EstimatePage().into_any(),
        HostPage::Pay => host::PayPage().into_any(),
        HostPage::Room => host::RoomPage().into_any(),
        HostPage::Start => host::StartPage().into_any(),
    }
}

#[lazy]
fn view_office(page: OfficePage) -> AnyView {
    match page {
        OfficePage::Dashboard => admin::DashboardPage().into_any(),
        OfficePage::Orders => admin::OrdersPage().into_any(),
        OfficePage::Order => admin::OrderPage().into_any(),
        OfficePage::Doubts => admin::DoubtsPage().into_any(),
        OfficePage::Promos => admin::PromosPage().into_any(),
        OfficePage::PromoNew => admin::PromoNewPage().into_any(),
        OfficePage::Promo => admin::PromoPage().into_any(),
        OfficePage::Processors => admin::ProcessorsPage().into_any(),
        OfficePage::Processor => admin::ProcessorPage().into_any(),
        OfficePage::Rates => admin::RatesPage().into_any(),
        OfficePage::Settings => admin::SettingsPage().into_any(),
        OfficePage::People => admin::PeoplePage().into_any(),
        OfficePage::Audit => admin::AuditPage().into_any(),
        OfficePage::Manager => ManagerPage().into_any(),
        OfficePage::Division => DivisionPage().into_any(),
    }
}

impl ChooseView for BuyerPage {
    async fn choose(self) -> AnyView {
        view_buyer(self).await
    }

    async fn preload(&self) {}
}

impl ChooseView for HostPage {
    async fn choose(self) -> AnyView {
        view_host(self).await
    }

    async fn preload(&self) {}
}

impl ChooseView for OfficePage {
    async fn choose(self) -> AnyView {
        view_office(self).await
    }

    async fn preload(&self) {}
}
