//! Words of an order's page: confirmation and self-service.

crate::texts::texts! {
    title_paid { en: "You are registered", ro: "Înregistrarea este confirmată" }
    title_paid_usage { en: "Usage is paid", ro: "Utilizarea este plătită" }
    title_checking { en: "We are checking your payment", ro: "Verificăm plata dumneavoastră" }
    title_approval { en: "Your payment is not finished", ro: "Plata nu este finalizată" }
    title_transfer { en: "We are waiting for your transfer", ro: "Așteptăm transferul dumneavoastră" }
    approval_title { en: "Finish your payment", ro: "Finalizați plata" }
    approval_text { en: "Nothing was charged yet. Your seat stays kept meanwhile.", ro: "Nu s-a încasat încă nimic. Între timp locul rămâne păstrat." }
    approval_go_on { en: "Continue paying", ro: "Continuați plata" }
    approval_leave { en: "Pay another way", ro: "Plătiți altfel" }
    transfer_title { en: "How to pay", ro: "Cum plătiți" }
    transfer_reference { en: "Reference to write on the transfer:", ro: "Referința de scris pe transfer:" }
    transfer_until(until: &str) { en: "Your seat is kept for the transfer until {until}.", ro: "Locul este păstrat pentru transfer până la {until}." }
    title_held { en: "Your seat is kept, payment is due", ro: "Locul este păstrat, plata urmează" }
    title_held_usage { en: "Payment is due", ro: "Plata urmează" }
    title_failed { en: "The payment did not go through", ro: "Plata nu a reușit" }
    title_returned { en: "Your money is on its way back", ro: "Banii sunt în drum înapoi spre dumneavoastră" }
    text_returned { en: "The order is not paid yet; you can pay it another way.", ro: "Comanda nu este încă plătită; o puteți plăti altfel." }
    title_expired { en: "This order has expired", ro: "Această comandă a expirat" }
    title_cancelled { en: "This order is cancelled", ro: "Această comandă este anulată" }
    title_refunded { en: "This order is refunded", ro: "Această comandă este rambursată" }

    text_paid(email: &str) { en: "The seat is {email}’s. Keep the address of this page: it is your ticket and receipt.", ro: "Locul este al {email}. Păstrați adresa acestei pagini: ea este biletul și chitanța dumneavoastră." }
    text_paid_usage { en: "The session can be started.", ro: "Sesiunea poate fi începută." }
    text_checking { en: "The payment service has not given us a final answer yet. Please do not pay again. This page looks again by itself every few seconds.", ro: "Serviciul de plată nu ne-a dat încă un răspuns final. Vă rugăm să nu plătiți din nou. Această pagină verifică din nou singură la câteva secunde." }
    text_checking_invoice { en: "Your seat stays kept meanwhile.", ro: "Între timp locul rămâne păstrat." }
    text_held { en: "Nothing was charged yet. Pay to make the seat yours.", ro: "Încă nu s-a debitat nimic. Plătiți pentru ca locul să fie al dumneavoastră." }
    text_failed { en: "Nothing was charged. Your seat is still kept; you can try again.", ro: "Nu s-a debitat nimic. Locul este încă păstrat; puteți încerca din nou." }
    text_failed_final { en: "Nothing was charged.", ro: "Nu s-a debitat nimic." }
    text_expired { en: "It was not paid in time, so the seat is free again. Nothing was charged. A payment that arrives late gets the seat if it is still free; otherwise it is returned by itself.", ro: "Nu a fost plătită la timp, deci locul este din nou liber. Nu s-a debitat nimic. O plată sosită târziu primește locul dacă mai este liber; altfel este returnată automat." }
    text_cancelled { en: "The seat was given back. If you had paid, the money is on its way back to you.", ro: "Locul a fost eliberat. Dacă ați plătit, banii sunt în drum spre dumneavoastră." }
    text_refunded { en: "The whole amount was sent back the way it came. Banks usually show it within 5 to 10 days.", ro: "Întreaga sumă a fost trimisă înapoi pe aceeași cale. De obicei băncile o afișează în 5–10 zile." }

    pay_now { en: "Pay now", ro: "Plătiți acum" }
    try_again { en: "Try again", ro: "Încercați din nou" }
    register_again { en: "Register again", ro: "Înregistrați-vă din nou" }
    join { en: "Join the session", ro: "Intrați în sesiune" }
    join_later { en: "The way in appears here when the session starts.", ro: "Intrarea apare aici când începe sesiunea." }
    check_now { en: "Check now", ro: "Verificați acum" }

    ticket { en: "Your seat", ro: "Locul dumneavoastră" }
    registration_id { en: "Registration ID", ro: "ID de înregistrare" }
    registration_hint { en: "You join with it. Keep it to yourself.", ro: "Cu el intrați în sesiune. Păstrați-l pentru dumneavoastră." }
    participant { en: "Participant", ro: "Participant" }
    session { en: "Session", ro: "Sesiune" }
    when { en: "When", ro: "Când" }
    order_code { en: "Order", ro: "Comandă" }
    paid_at { en: "Paid", ro: "Plătit" }
    card_ending(brand: &str, last4: &str) { en: "{brand} ending {last4}", ro: "{brand} terminat în {last4}" }
    paid_with { en: "Paid with", ro: "Plătit cu" }
    seller { en: "Sold by", ro: "Vândut de" }
    receipt { en: "Receipt", ro: "Chitanță" }
    bill { en: "Amount", ro: "Sumă" }
    usage { en: "Usage", ro: "Utilizare" }
    print { en: "Print", ro: "Tipăriți" }
    print_hint { en: "Printing this page gives a receipt without menus.", ro: "Tipărind această pagină obțineți o chitanță fără meniuri." }

    calendar { en: "Add to calendar", ro: "Adăugați în calendar" }
    calendar_file { en: "Calendar file (.ics)", ro: "Fișier calendar (.ics)" }
    calendar_google { en: "Google Calendar", ro: "Google Calendar" }
    calendar_outlook { en: "Outlook", ro: "Outlook" }

    cancel { en: "Give up the seat", ro: "Renunțați la loc" }
    cancel_paid_text { en: "Your seat goes to someone else. What you paid is returned as the refund policy says.", ro: "Locul va reveni altcuiva. Suma plătită se returnează conform politicii de rambursare." }
    cancel_held_text { en: "Your seat goes to someone else. Nothing was charged.", ro: "Locul va reveni altcuiva. Nu s-a debitat nimic." }
    cancel_returned_text { en: "Your seat goes to someone else. The money that was taken is on its way back.", ro: "Locul va reveni altcuiva. Banii debitați sunt în drum înapoi." }
    cancel_button { en: "Yes, give up the seat", ro: "Da, renunț la loc" }
    help_title { en: "Something not right?", ro: "Ceva nu este în regulă?" }
    help_write { en: "Write to", ro: "Scrieți la" }
    help_quote(reference: &str) { en: "and quote order {reference}.", ro: "și menționați comanda {reference}." }
    now_paid { en: "Your payment has arrived. You are registered.", ro: "Plata a sosit. Înregistrarea este confirmată." }
    state_changed { en: "Your order has changed.", ro: "Comanda dumneavoastră s-a modificat." }
}
