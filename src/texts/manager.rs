//! Words of the manager and division pages. Owned by who writes `app/pages/manager`.

crate::texts::texts! {
    title { en: "Sites", ro: "Site-uri" }
    rail { en: "Account management", ro: "Administrarea conturilor" }
    lead { en: "Which optional features each site may use. Administrators enable what you provision here.", ro: "Ce funcții opționale poate folosi fiecare site. Administratorii activează ce alocați aici." }
    none { en: "There are no sites yet. A site is made when the server loads its first data.", ro: "Încă nu există site-uri. Un site apare când serverul își încarcă primele date." }
    col_feature { en: "Feature", ro: "Funcție" }
    col_now { en: "Now", ro: "Acum" }
    col_change { en: "Change", ro: "Modificare" }
    provisioned { en: "Provisioned", ro: "Alocată" }
    provisioned_enabled { en: "Provisioned and enabled", ro: "Alocată și activată" }
    not_provisioned { en: "Not provisioned", ro: "Nealocată" }
    provision { en: "Provision", ro: "Alocați" }
    withdraw { en: "Withdraw", ro: "Retrageți" }
    reason { en: "Reason (optional)", ro: "Motiv (opțional)" }
    withdraw_note { en: "Withdrawing also disables. What is paid stays paid, and paid sessions can still be started.", ro: "Retragerea și dezactivează. Ce este plătit rămâne plătit, iar sesiunile plătite pot fi pornite în continuare." }
    test_mode { en: "Test mode", ro: "Mod de test" }
    caption(site: &str) { en: "Features of {site}", ro: "Funcțiile site-ului {site}" }
    division_title { en: "Division", ro: "Divizie" }
    tracking_code { en: "Tracking code", ro: "Cod de urmărire" }
    budget { en: "Budget", ro: "Buget" }
    budget_note { en: "What the division may spend on usage", ro: "Cât poate cheltui divizia pe utilizare" }
    no_budget { en: "No limit", ro: "Fără limită" }
    spent { en: "Spent", ro: "Cheltuit" }
    spent_note { en: "Usage paid so far, tax included, from the ledger", ro: "Utilizare plătită până acum, cu impozit, din registru" }
    left { en: "Left", ro: "Rămas" }
    left_note { en: "Budget less what was spent", ro: "Bugetul minus ce s-a cheltuit" }
    usage { en: "Usage orders", ro: "Comenzi de utilizare" }
    no_usage { en: "Usage appears here when a host of the division pays for a session.", ro: "Utilizarea apare aici când o gazdă a diviziei plătește o sesiune." }
    col_order { en: "Order", ro: "Comandă" }
    col_session { en: "Session", ro: "Sesiune" }
    col_host { en: "Host", ro: "Gazdă" }
    col_when { en: "Paid", ro: "Plătită" }
    col_amount { en: "Amount", ro: "Sumă" }
}
