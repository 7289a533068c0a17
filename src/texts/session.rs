//! Words of a session's page and of its registration.

crate::texts::texts! {
    register { en: "Register", ro: "Înregistrați-vă" }
    register_title { en: "Register", ro: "Înregistrare" }
    register_for(topic: &str) { en: "Register for {topic}", ro: "Înregistrare la {topic}" }
    when { en: "When", ro: "Când" }
    your_time(time: &str, city: &str) { en: "{time} in {city} (your time)", ro: "{time} în {city} (ora dumneavoastră)" }
    length { en: "Length", ro: "Durată" }
    host { en: "Host", ro: "Gazdă" }
    language { en: "Language", ro: "Limbă" }
    seats { en: "Seats", ro: "Locuri" }
    of_seats(left: &str, capacity: &str) { en: "{left} of {capacity}", ro: "{left} din {capacity}" }
    fee { en: "Fee", ro: "Taxă" }
    about { en: "About this session", ro: "Despre această sesiune" }
    free_hint { en: "You need no card.", ro: "Nu aveți nevoie de card." }
    total_with_tax(total: &str) { en: "{total} in total", ro: "{total} în total" }
    sold_by(seller: &str) { en: "Sold by {seller}", ro: "Vândut de {seller}" }
    refunds { en: "Refunds", ro: "Rambursări" }
    sold_out_title { en: "Sold out", ro: "Epuizat" }
    sold_out_text { en: "Every seat is taken. A seat that is not paid for in time becomes free again, so it can be worth looking later.", ro: "Toate locurile sunt ocupate. Un loc neplătit la timp se eliberează, așa că merită să reveniți mai târziu." }
    closed_title { en: "Registration is closed", ro: "Înregistrarea este închisă" }
    closed_text { en: "This session is over, was cancelled, or no longer takes registrations.", ro: "Această sesiune s-a încheiat, a fost anulată sau nu mai primește înregistrări." }
    other_dates { en: "Other dates", ro: "Alte date" }
    no_registration { en: "No registration needed: come back at the start time.", ro: "Nu este nevoie de înregistrare: reveniți la ora de început." }
    step_register { en: "Register", ro: "Înregistrare" }
    step_pay { en: "Payment information", ro: "Informații de plată" }
    step_confirm { en: "Confirmation", ro: "Confirmare" }
    steps { en: "Steps", ro: "Pași" }
    your_name { en: "Your name", ro: "Numele dumneavoastră" }
    your_email { en: "Your e-mail", ro: "E-mailul dumneavoastră" }
    email_hint { en: "Your confirmation and the way to join go here.", ro: "Aici veți primi confirmarea și modul de participare." }
    password { en: "Registration password", ro: "Parola de înregistrare" }
    password_hint { en: "The host gave it to those who were invited.", ro: "Gazda a comunicat-o celor invitați." }
    code_noted(code: &str) { en: "The code {code} will be applied in the next step.", ro: "Codul {code} va fi aplicat la pasul următor." }
    continue_to_pay { en: "Continue to payment information", ro: "Continuați la informațiile de plată" }
    continue_free { en: "Continue", ro: "Continuați" }
    seat_kept_note { en: "Your seat is kept while you pay. Nothing is charged yet.", ro: "Locul vă este păstrat cât timp plătiți. Încă nu se debitează nimic." }
    no_account { en: "You need no account.", ro: "Nu aveți nevoie de cont." }
    your_details { en: "Who is coming", ro: "Cine participă" }
}
