//! Words of *Payment Information*.

crate::texts::texts! {
    title { en: "Payment information", ro: "Informații de plată" }
    complete_title { en: "Complete your registration", ro: "Finalizați înregistrarea" }
    pay_amount(amount: &str) { en: "Pay {amount}", ro: "Plătește {amount}" }
    complete { en: "Complete registration", ro: "Finalizați înregistrarea" }
    order_with_invoice(amount: &str) { en: "Order and pay {amount} by invoice", ro: "Comandați și plătiți {amount} pe factură" }
    continue_at_paypal(amount: &str) { en: "Continue to PayPal to pay {amount}", ro: "Continuați la PayPal pentru a plăti {amount}" }

    method { en: "How would you like to pay?", ro: "Cum doriți să plătiți?" }
    method_card { en: "Card", ro: "Card" }
    card_elsewhere_note { en: "You type your card details on the next page; they go straight to the payment provider. Your seat stays kept.", ro: "Introduceți datele cardului pe pagina următoare; ele merg direct la furnizorul de plăți. Locul rămâne păstrat." }
    continue_to_pay(amount: &str) { en: "Continue to pay {amount}", ro: "Continuați pentru a plăti {amount}" }
    left_without_paying { en: "You came back without paying. Nothing was charged, and your seat is still kept.", ro: "V-ați întors fără a plăti. Nu s-a încasat nimic, iar locul este încă păstrat." }
    method_paypal { en: "PayPal", ro: "PayPal" }
    method_offline { en: "Invoice", ro: "Factură" }
    paypal_note { en: "You will continue at PayPal and come back here. Your seat stays kept.", ro: "Veți continua la PayPal și vă veți întoarce aici. Locul rămâne păstrat." }
    offline_note { en: "You get an invoice by e-mail. The seat is yours once the transfer has arrived.", ro: "Veți primi o factură prin e-mail. Locul este al dumneavoastră după sosirea transferului." }

    card_group { en: "Card", ro: "Card" }
    card_safe { en: "Sent encrypted to the payment service and never stored here.", ro: "Se trimite criptat către serviciul de plată și nu se păstrează aici." }
    accepted(brands: &str) { en: "Accepted: {brands}", ro: "Acceptate: {brands}" }
    only_credit { en: "Credit cards only.", ro: "Numai carduri de credit." }
    only_debit { en: "Debit cards only, prepaid ones included.", ro: "Numai carduri de debit, inclusiv preplătite." }
    card_number { en: "Card number", ro: "Numărul cardului" }
    card_expiry { en: "Expiry", ro: "Expirare" }
    card_expiry_hint { en: "MM / YY", ro: "LL / AA" }
    card_csc { en: "Security code", ro: "Cod de securitate" }
    csc_back { en: "3 digits on the back", ro: "3 cifre pe verso" }
    csc_front { en: "4 digits on the front", ro: "4 cifre pe față" }
    card_name { en: "Name on card", ro: "Numele de pe card" }
    billing_group { en: "Billing address", ro: "Adresa de facturare" }
    billing_line1 { en: "Street and number", ro: "Strada și numărul" }
    billing_city { en: "City", ro: "Localitatea" }
    billing_postcode { en: "Postcode", ro: "Codul poștal" }
    billing_country { en: "Country", ro: "Țara" }

    card_entry_title { en: "Card details", ro: "Datele cardului" }
    card_entry_until(time: &str) { en: "Your seat stays kept while you pay. Please finish by {time}.", ro: "Locul rămâne păstrat cât timp plătiți. Vă rugăm să finalizați până la {time}." }
    card_entry_until_usage(time: &str) { en: "Please finish by {time}.", ro: "Vă rugăm să finalizați până la {time}." }
    card_entry_safe { en: "What you type goes from your browser straight to the payment provider. This site never receives it.", ro: "Ce introduceți merge din browserul dumneavoastră direct la furnizorul de plăți. Acest site nu primește niciodată aceste date." }
    card_number_digits { en: "Digits only, without spaces", ro: "Numai cifre, fără spații" }
    card_expiry_mmyy { en: "Month and year as MMYY, such as 0429", ro: "Luna și anul ca LLAA, de exemplu 0429" }
    pay_another_way { en: "Pay another way", ro: "Plătiți altfel" }
    card_entry_over_title { en: "The time for this form is over", ro: "Timpul pentru acest formular a expirat" }
    card_entry_over_text { en: "Go on to see how your payment stands, and to begin again if nothing was charged.", ro: "Continuați pentru a vedea starea plății și pentru a o lua de la capăt dacă nu s-a încasat nimic." }
    card_entry_over_go_on { en: "Go on", ro: "Continuați" }
    card_entry_closed_title { en: "This form is no longer open", ro: "Acest formular nu mai este deschis" }
    card_entry_closed_text { en: "Your order page shows how your payment stands.", ro: "Pagina comenzii arată starea plății." }

    terms { en: "I accept the terms and the refund policy.", ro: "Accept termenii și politica de rambursare." }
    terms_read { en: "Terms and refund policy", ro: "Termeni și politica de rambursare" }
    binding(amount: &str) { en: "With this button you order with the obligation to pay {amount}.", ro: "Cu acest buton plasați o comandă cu obligația de a plăti {amount}." }

    summary { en: "Your order", ro: "Comanda dumneavoastră" }
    seat_for(name: &str) { en: "Seat for {name}", ro: "Loc pentru {name}" }
    seat { en: "Seat", ro: "Loc" }
    promo_line(code: &str, label: &str) { en: "{code} ({label} off)", ro: "{code} (reducere {label})" }
    tax_included(name: &str, rate: &str) { en: "{name} {rate} % included", ro: "{name} {rate} % inclus" }
    tax_added(name: &str, rate: &str) { en: "{name} {rate} %", ro: "{name} {rate} %" }
    total { en: "Total", ro: "Total" }
    was_word { en: "before:", ro: "înainte:" }
    you_save(amount: &str) { en: "You save {amount}.", ro: "Economisiți {amount}." }

    have_a_code { en: "Have a code?", ro: "Aveți un cod?" }
    promo_code { en: "Promo code", ro: "Cod promoțional" }
    apply { en: "Apply", ro: "Aplicați" }
    remove_code(code: &str) { en: "Remove the code {code}", ro: "Eliminați codul {code}" }
    code_applied(code: &str, saving: &str, total: &str) { en: "Code {code} applied. You save {saving}; the total is now {total}.", ro: "Codul {code} a fost aplicat. Economisiți {saving}; totalul este acum {total}." }
    code_removed(total: &str) { en: "Code removed. The total is {total}.", ro: "Codul a fost eliminat. Totalul este {total}." }
    code_applied_check { en: "Your code was applied first. Check the new total, then press the button again.", ro: "Codul a fost aplicat mai întâi. Verificați noul total, apoi apăsați din nou butonul." }
    code_refused_check { en: "Your code was not applied and nothing was sent. Correct or clear it, then press the button again.", ro: "Codul nu a fost aplicat și nu s-a trimis nimic. Corectați-l sau ștergeți-l, apoi apăsați din nou butonul." }

    seat_kept { en: "Seat kept", ro: "Loc păstrat" }
    seat_kept_until(time: &str) { en: "Seat kept until {time}", ro: "Loc păstrat până la {time}" }
    seat_soon_free(left: &str) { en: "Your seat is kept for {left} more.", ro: "Locul vă mai este păstrat {left}." }
    keep_seat { en: "Keep my seat longer", ro: "Păstrați-mi locul mai mult" }
    seat_kept_longer(left: &str) { en: "Your seat is kept for {left}.", ro: "Locul vă este păstrat {left}." }
    seat_gone_title { en: "Your seat is no longer kept", ro: "Locul nu mai este păstrat" }
    seat_gone_text { en: "The time ran out. You have not paid anything. If seats are left, you get one back in one step.", ro: "Timpul a expirat. Nu ați plătit nimic. Dacă mai sunt locuri, primiți unul într-un singur pas." }
    try_again_seat { en: "Get a seat again", ro: "Obțineți din nou un loc" }
    go_to_order { en: "Go to your order", ro: "Mergeți la comanda dumneavoastră" }
    nothing_to_pay_title { en: "There is nothing left to pay here", ro: "Aici nu mai este nimic de plătit" }
    checking_title { en: "We are checking your payment", ro: "Verificăm plata dumneavoastră" }
    checking_text { en: "Please do not pay again. Your order page shows the result as soon as it is known.", ro: "Vă rugăm să nu plătiți din nou. Pagina comenzii arată rezultatul imediat ce este cunoscut." }
    no_methods { en: "This site takes no payments right now. Please ask the organiser; your seat is kept.", ro: "Acest site nu acceptă plăți acum. Vă rugăm să contactați organizatorul; locul este păstrat." }
    test_cards { en: "Test mode: card 4111 1111 1111 1111, any later date, code 123.", ro: "Mod de test: card 4111 1111 1111 1111, orice dată viitoare, cod 123." }
}
