//! Words of the admin pages. Owned by who writes `app/pages/admin`.

use crate::domain::{feature::Feature, payment::Method, role::Role, text::Lang};

crate::texts::texts! {
    title { en: "Administration", ro: "Administrare" }
    rail { en: "Administration", ro: "Administrare" }
    overview { en: "Overview", ro: "Privire de ansamblu" }
    orders { en: "Orders", ro: "Comenzi" }
    promo_codes { en: "Promo codes", ro: "Coduri promoționale" }
    processors { en: "Payment processors", ro: "Procesatori de plăți" }
    rates { en: "Usage rates", ro: "Tarife de utilizare" }
    settings { en: "Settings", ro: "Setări" }
    people { en: "People", ro: "Persoane" }
    audit { en: "Audit trail", ro: "Jurnal de audit" }
    saved { en: "Saved", ro: "Salvat" }
    search_label { en: "Find an order", ro: "Găsiți o comandă" }
    search_hint { en: "Order code, name, e-mail, promo code or reference, exactly as written", ro: "Codul comenzii, numele, e-mailul, codul promoțional sau referința, exact cum sunt scrise" }
    attention { en: "Needs attention", ro: "Necesită atenție" }
    all_well { en: "Nothing is waiting for you.", ro: "Nimic nu vă așteaptă." }
    undecided(reference: &str, amount: &str) { en: "Payment of {amount} for order {reference} is not decided", ro: "Plata de {amount} pentru comanda {reference} nu este lămurită" }
    undecided_checking(since: &str) { en: "Asked {since}. We keep asking the processor; the seat stays kept.", ro: "Cerută {since}. Întrebăm în continuare procesatorul; locul rămâne păstrat." }
    undecided_person(since: &str) { en: "Asked {since}. The processor does not say how it ended: compare with its own list of payments.", ro: "Cerută {since}. Procesatorul nu spune cum s-a încheiat: comparați cu lista lui de plăți." }
    setup_waits(feature: &str) { en: "{feature} is provisioned and not enabled", ro: "{feature}: alocată, dar neactivată" }
    setup_broken(feature: &str) { en: "{feature} is enabled, but something is missing", ro: "{feature}: activată, dar lipsește ceva" }
    setup_ready { en: "Everything is ready: enable it in the settings.", ro: "Totul este pregătit: activați-o în setări." }
    parked(count: &str) { en: "Tasks that were given up: {count}", ro: "Sarcini abandonate: {count}" }
    parked_text { en: "The server tried them several times. The log names the reason.", ro: "Serverul le-a încercat de mai multe ori. Motivul este în jurnalul serverului." }
    today { en: "Today", ro: "Astăzi" }
    today_note(day: &str) { en: "The site's day so far ({day}), added up from the ledger.", ro: "Ziua site-ului până acum ({day}), însumată din registru." }
    sales { en: "Sales", ro: "Vânzări" }
    sales_note(count: &str) { en: "Fees captured, tax included: {count}", ro: "Taxe încasate, cu impozit inclus: {count}" }
    discounts { en: "Discounts", ro: "Reduceri" }
    discounts_note { en: "What promo codes took off today's sales", ro: "Cât au redus codurile promoționale din vânzările de astăzi" }
    refunds { en: "Refunds", ro: "Rambursări" }
    refunds_note { en: "Money returned to buyers", ro: "Bani returnați cumpărătorilor" }
    usage { en: "Usage", ro: "Utilizare" }
    usage_note(count: &str) { en: "Paid by hosts before their starts: {count}", ro: "Plătit de gazde înainte de pornire: {count}" }
    tax { en: "Tax", ro: "Impozit" }
    tax_note { en: "The tax inside sales and usage", ro: "Impozitul din vânzări și utilizare" }
    usage_due { en: "Usage due", ro: "Utilizare de plătit" }
    need_person { en: "Payments to decide", ro: "Plăți de lămurit" }
    need_person_note { en: "What the processor reported is not what was asked, or it never answered", ro: "Procesatorul a raportat altceva decât s-a cerut sau nu a răspuns deloc" }
    usage_due_note { en: "Usage orders that wait for their host's payment", ro: "Comenzi de utilizare care așteaptă plata gazdei" }
    no_currency { en: "Choose a currency, and today's figures appear here.", ro: "Alegeți o monedă și cifrele de astăzi vor apărea aici." }
    recent { en: "Latest orders", ro: "Ultimele comenzi" }
    no_orders_yet { en: "Orders appear here as soon as somebody registers.", ro: "Comenzile apar aici imediat ce se înregistrează cineva." }
    no_orders_today { en: "No orders today that match.", ro: "Astăzi nu există comenzi potrivite." }
    no_orders_found { en: "No orders match.", ro: "Nicio comandă nu se potrivește." }
    show_all_days { en: "Show all days", ro: "Arată toate zilele" }
    filter_day { en: "Days", ro: "Zile" }
    filter_state { en: "State", ro: "Stare" }
    filter_kind { en: "Kind", ro: "Tip" }
    filter_apply { en: "Show", ro: "Arată" }
    all_days { en: "All days", ro: "Toate zilele" }
    all_states { en: "All states", ro: "Toate stările" }
    all_kinds { en: "Fees and usage", ro: "Taxe și utilizare" }
    kind_fee { en: "Fee", ro: "Taxă" }
    kind_usage { en: "Usage", ro: "Utilizare" }
    state_held { en: "Held", ro: "Rezervată" }
    state_paying { en: "Being checked", ro: "Se verifică" }
    state_paid { en: "Paid", ro: "Plătită" }
    state_expired { en: "Expired", ro: "Expirată" }
    state_cancelled { en: "Cancelled", ro: "Anulată" }
    state_refunded { en: "Refunded", ro: "Rambursată" }
    state_undecided { en: "Money undecided", ro: "Bani nelămuriți" }
    col_order { en: "Order", ro: "Comandă" }
    col_when { en: "When", ro: "Când" }
    col_buyer { en: "Buyer", ro: "Cumpărător" }
    col_session { en: "Session", ro: "Sesiune" }
    col_state { en: "State", ro: "Stare" }
    col_total { en: "Total", ro: "Total" }
    older { en: "Older", ro: "Mai vechi" }
    newest { en: "Back to the latest", ro: "Înapoi la cele mai noi" }
    order_title(reference: &str) { en: "Order {reference}", ro: "Comanda {reference}" }
    bought_by { en: "Buyer", ro: "Cumpărător" }
    price { en: "Price last shown", ro: "Ultimul preț afișat" }
    price_fee { en: "Seat", ro: "Loc" }
    price_usage { en: "Minutes", ro: "Minute" }
    price_discount(code: &str) { en: "Code {code}", ro: "Codul {code}" }
    price_tax(name: &str, rate: &str) { en: "{name} {rate} %", ro: "{name} {rate} %" }
    price_tax_included(name: &str, rate: &str) { en: "{name} {rate} %, included", ro: "{name} {rate} %, inclusă" }
    total { en: "Total", ro: "Total" }
    timeline { en: "What happened", ro: "Ce s-a întâmplat" }
    test_money { en: "Test money", ro: "Bani de test" }
    col_who { en: "Who", ro: "Cine" }
    col_what { en: "What", ro: "Ce" }
    col_detail { en: "Details", ro: "Detalii" }
    col_from { en: "From", ro: "De unde" }
    who_buyer { en: "Buyer", ro: "Cumpărător" }
    who_offline { en: "Bank transfer", ro: "Transfer bancar" }
    who_system { en: "System", ro: "Sistem" }
    people_lead { en: "Who can sign in to this site, and as what.", ro: "Cine se poate autentifica pe acest site și în ce calitate." }
    no_people { en: "Nobody can sign in to this site yet. Add people on the command line with: lectern user add", ro: "Încă nimeni nu se poate autentifica pe acest site. Adăugați persoane din linia de comandă cu: lectern user add" }
    col_name { en: "Name", ro: "Nume" }
    col_email { en: "E-mail", ro: "E-mail" }
    col_role { en: "Role", ro: "Rol" }
    col_division { en: "Division", ro: "Divizie" }
    disabled { en: "Cannot sign in", ro: "Nu se poate autentifica" }
    role_account_manager { en: "Account manager", ro: "Manager de cont" }
    role_site_admin { en: "Site administrator", ro: "Administrator de site" }
    role_division_manager { en: "Division manager", ro: "Manager de divizie" }
    role_host { en: "Host", ro: "Gazdă" }
    audit_lead { en: "Every change, by whom, before and after. Lines are only ever added.", ro: "Fiecare modificare, de către cine, înainte și după. Rândurile doar se adaugă." }
    no_audit { en: "Changes appear here as they are made.", ro: "Modificările apar aici pe măsură ce sunt făcute." }
    feature_fee_based { en: "Fee-based training", ro: "Instruire cu taxă" }
    feature_pay_per_use { en: "Pay-per-use", ro: "Plată după utilizare" }
    feature_promo_codes { en: "Promo codes", ro: "Coduri promoționale" }
    feature_fee_based_text { en: "Hosts may ask a fee, and participants pay it before they join.", ro: "Gazdele pot cere o taxă, iar participanții o plătesc înainte de a intra." }
    feature_pay_per_use_text { en: "Hosts pay for minutes before each start.", ro: "Gazdele plătesc minutele înainte de fiecare pornire." }
    feature_promo_codes_text { en: "Codes take something off a fee.", ro: "Codurile reduc o taxă." }
    features { en: "Features", ro: "Funcții" }
    features_hint { en: "Your account manager provisions features; you enable them here.", ro: "Managerul dumneavoastră de cont alocă funcțiile; le activați aici." }
    no_features { en: "No optional features are provisioned for this site. Ask your account manager.", ro: "Pentru acest site nu este alocată nicio funcție opțională. Adresați-vă managerului de cont." }
    enabled { en: "Enabled", ro: "Activată" }
    not_enabled { en: "Not enabled", ro: "Neactivată" }
    enable { en: "Enable", ro: "Activați" }
    disable { en: "Disable", ro: "Dezactivați" }
    to_do_first { en: "To do first:", ro: "De făcut mai întâi:" }
    step_currency { en: "Choose the currency", ro: "Alegeți moneda" }
    step_processor { en: "Set up a payment processor, test its connection and offer it", ro: "Configurați un procesator de plăți, testați-i conexiunea și oferiți-l" }
    step_rate_card { en: "Set the usage rates in the site's currency", ro: "Stabiliți tarifele de utilizare în moneda site-ului" }
    step_fee_based { en: "Enable fee-based training", ro: "Activați instruirea cu taxă" }
    step_processor_test { en: "Test the connection of this processor", ro: "Testați conexiunea acestui procesator" }
    setup_refused { en: "Not enabled yet", ro: "Încă nu este activată" }
    site_section { en: "The site", ro: "Site-ul" }
    site_name { en: "Name", ro: "Nume" }
    seller { en: "Seller", ro: "Vânzător" }
    seller_hint { en: "Company, address and tax number, shown before the pay button", ro: "Firma, adresa și codul fiscal, afișate înaintea butonului de plată" }
    support_email { en: "Support e-mail", ro: "E-mail pentru asistență" }
    money_section { en: "Money", ro: "Bani" }
    currency { en: "Currency", ro: "Monedă" }
    currency_settled { en: "Settled: sessions or orders are priced in it.", ro: "Stabilită: există sesiuni sau comenzi în această monedă." }
    currency_hint { en: "Cannot be changed once something is priced in it.", ro: "Nu se mai poate schimba după ce ceva are preț în ea." }
    not_chosen { en: "Not chosen yet", ro: "Încă nealeasă" }
    country { en: "Merchant country", ro: "Țara comerciantului" }
    country_hint { en: "Two letters, such as US or RO", ro: "Două litere, de exemplu US sau RO" }
    fee_max { en: "Highest fee", ro: "Taxa maximă" }
    tax_mode { en: "Local tax on fees", ro: "Impozit local pe taxe" }
    tax_none { en: "None", ro: "Fără" }
    tax_included { en: "Included in the fee", ro: "Inclus în taxă" }
    tax_added { en: "Added to the fee", ro: "Adăugat la taxă" }
    tax_usage_hint { en: "On usage it is always added.", ro: "La utilizare se adaugă întotdeauna." }
    tax_name { en: "Its name", ro: "Denumirea" }
    tax_rate { en: "Its rate", ro: "Cota" }
    cards_section { en: "Cards", ro: "Carduri" }
    cards_hint { en: "At least one kind stays on. Where the processor says the kind before paying, other cards are refused; where it says it only afterwards, the money goes back by itself and the buyer is told.", ro: "Cel puțin un tip rămâne activ. Când procesatorul spune tipul înainte de plată, celelalte carduri sunt refuzate; când îl spune abia după, banii se întorc automat, iar cumpărătorul este anunțat." }
    accept_credit { en: "Accept credit cards", ro: "Acceptați carduri de credit" }
    accept_debit { en: "Accept debit cards", ro: "Acceptați carduri de debit" }
    accept_debit_hint { en: "Prepaid cards count as debit cards.", ro: "Cardurile preplătite se consideră carduri de debit." }
    rules_section { en: "Rules", ro: "Reguli" }
    hold_minutes { en: "Keep a seat for", ro: "Păstrează un loc timp de" }
    minutes_unit { en: "minutes", ro: "minute" }
    refund_policy { en: "Refund policy", ro: "Politica de rambursare" }
    refund_policy_hint { en: "Buyers accept it when they pay. A change is a new version of the terms.", ro: "Cumpărătorii o acceptă la plată. O modificare este o nouă versiune a condițiilor." }
    save_settings { en: "Save settings", ro: "Salvați setările" }
    rates_lead { en: "What hosts pay per minute. A new price holds from now on; what was quoted keeps the price it was quoted with.", ro: "Cât plătesc gazdele pe minut. Un preț nou este valabil de acum înainte; ofertele deja făcute își păstrează prețul." }
    rate_people { en: "Per people-minute", ro: "Pe minut de persoană" }
    rate_teleconference { en: "Per teleconference-minute", ro: "Pe minut de teleconferință" }
    rates_set { en: "Set these rates from now on", ro: "Aplicați aceste tarife de acum înainte" }
    rates_history { en: "Versions", ro: "Versiuni" }
    rates_none { en: "No rates yet. Hosts cannot be charged for usage until you set them.", ro: "Încă nu există tarife. Gazdele nu pot fi taxate pentru utilizare până nu le stabiliți." }
    rates_no_currency { en: "Rates need a currency. Choose it in the settings first.", ro: "Tarifele au nevoie de o monedă. Alegeți-o mai întâi în setări." }
    col_version { en: "Version", ro: "Versiune" }
    col_valid_from { en: "Valid from", ro: "Valabil de la" }
    in_force { en: "in force", ro: "în vigoare" }
    processors_lead { en: "Who moves the money. Secrets go in and are never shown again.", ro: "Cine mută banii. Datele secrete se introduc și nu mai sunt afișate niciodată." }
    processor_offline { en: "Invoice or bank transfer", ro: "Factură sau transfer bancar" }
    processor_legacy(successor: &str) { en: "A legacy product, kept for merchants who have it. Its successor: {successor}.", ro: "Un produs vechi, păstrat pentru comercianții care îl au deja. Succesorul lui: {successor}." }
    processor_closed { en: "It is closed to new merchants.", ro: "Nu mai acceptă comercianți noi." }
    processor_ruled_out(country: &str) { en: "Not sold to merchants in {country}. Change the merchant country in the settings if it is wrong.", ro: "Nu este disponibil comercianților din {country}. Dacă țara este greșită, modificați-o în setări." }
    processor_not_currency(currency: &str) { en: "Does not carry {currency}, the site's currency.", ro: "Nu acceptă {currency}, moneda site-ului." }
    processors_configured { en: "In order of display", ro: "În ordinea afișării" }
    processors_order_hint { en: "Buyers see the ways to pay in this order. Of two processors for one way, the first that can is asked.", ro: "Cumpărătorii văd metodele de plată în această ordine. Dintre doi procesatori pentru aceeași metodă, este întrebat primul care poate." }
    processors_none { en: "Nobody moves money for this account yet. Set one up below.", ro: "Încă nimeni nu mută bani pentru acest cont. Configurați un procesator mai jos." }
    processors_add { en: "Add a processor", ro: "Adăugați un procesator" }
    processors_add_hint { en: "Set it up, test its connection, then offer it.", ro: "Configurați-l, testați-i conexiunea, apoi oferiți-l." }
    processors_all_added { en: "All there are have been added.", ro: "Toți cei existenți au fost adăugați." }
    processor_set_up { en: "Set up", ro: "Configurați" }
    processor_up { en: "Move up", ro: "Mutați mai sus" }
    processor_down { en: "Move down", ro: "Mutați mai jos" }
    processor_remove { en: "Remove", ro: "Eliminați" }
    processor_remove_title { en: "Remove this processor", ro: "Eliminarea procesatorului" }
    processor_remove_text { en: "Buyers no longer see it. What was paid with it can still be returned. Not possible while a payment with it is open.", ro: "Cumpărătorii nu îl mai văd. Ce a fost plătit prin el se poate rambursa în continuare. Nu este posibil cât timp o plată prin el este deschisă." }
    col_processor { en: "Processor", ro: "Procesator" }
    col_method { en: "Way to pay", ro: "Metodă de plată" }
    col_test { en: "Last test", ro: "Ultimul test" }
    col_place { en: "Place", ro: "Loc" }
    method_card { en: "Card", ro: "Card" }
    method_paypal { en: "PayPal", ro: "PayPal" }
    method_offline { en: "Invoice or transfer", ro: "Factură sau transfer" }
    method_none { en: "Nothing to pay", ro: "Nimic de plătit" }
    test_short_ok(at: &str) { en: "Worked {at}", ro: "A funcționat {at}" }
    test_short_bad(at: &str) { en: "Failed {at}", ro: "A eșuat {at}" }
    test_short_none { en: "Not tested", ro: "Netestat" }
    notice_address { en: "Address for its notices", ro: "Adresa pentru notificările lui" }
    notice_address_hint { en: "Copy it into the processor's console, so that it tells us of payments by itself.", ro: "Copiați-o în consola procesatorului, ca să ne anunțe singur despre plăți." }
    scope_theirs { en: "Card numbers are typed on the processor's page and never reach this server (PCI DSS questionnaire SAQ A).", ro: "Numerele cardurilor se introduc pe pagina procesatorului și nu ajung niciodată la acest server (chestionarul PCI DSS SAQ A)." }
    card_entry { en: "Where card details are typed", ro: "Unde se introduc datele cardului" }
    card_entry_gateway { en: "At the gateway: the buyer's browser sends them straight there", ro: "La procesator: browserul cumpărătorului le trimite direct acolo" }
    card_entry_gateway_hint { en: "Transparent redirect. Card numbers never reach this server (PCI DSS questionnaire SAQ A-EP).", ro: "Redirecționare transparentă. Numerele cardurilor nu ajung niciodată la acest server (chestionarul PCI DSS SAQ A-EP)." }
    card_entry_here { en: "On our page, through this server", ro: "Pe pagina noastră, prin acest server" }
    card_entry_here_hint { en: "Puts this server in the scope of the full questionnaire, SAQ D, which you must accept below.", ro: "Supune acest server chestionarului complet, SAQ D, pe care trebuie să îl acceptați mai jos." }
    scope_ours_title { en: "Card numbers pass through this server", ro: "Numerele cardurilor trec prin acest server" }
    scope_ours_text { en: "They are never stored, but carrying them puts this server in the scope of the full PCI DSS questionnaire, SAQ D. A processor with its own payment page (SAQ A) asks much less.", ro: "Nu sunt păstrate niciodată, dar faptul că trec pe aici supune serverul chestionarului PCI DSS complet, SAQ D. Un procesator cu pagină de plată proprie (SAQ A) cere mult mai puțin." }
    scope_accept { en: "We answer for card data on this server (SAQ D)", ro: "Răspundem pentru datele cardurilor de pe acest server (SAQ D)" }
    scope_accepted { en: "Accepted: you answer for card data on this server (SAQ D).", ro: "Acceptat: răspundeți pentru datele cardurilor de pe acest server (SAQ D)." }
    step_card_scope { en: "Accept, in the form of this processor, that card numbers pass through this server", ro: "Acceptați, în formularul acestui procesator, că numerele cardurilor trec prin acest server" }
    mode_test { en: "Test", ro: "Test" }
    mode_live { en: "Live", ro: "Real" }
    mode_in_use { en: "in use", ro: "în folosință" }
    mode_switch { en: "Account", ro: "Cont" }
    calls(address: &str) { en: "Calls {address}", ro: "Apelează {address}" }
    partner { en: "Partner", ro: "Partener" }
    partner_hint { en: "PayPal when bought directly", ro: "PayPal, dacă a fost cumpărat direct" }
    vendor { en: "Merchant login (vendor)", ro: "Contul comerciantului (vendor)" }
    user { en: "User", ro: "Utilizator" }
    user_hint { en: "Empty when it is the merchant login", ro: "Gol dacă este chiar contul comerciantului" }
    password { en: "Password", ro: "Parolă" }
    password_stored(hint: &str) { en: "One is stored: {hint}. Leave empty to keep it.", ro: "Există una salvată: {hint}. Lăsați gol pentru a o păstra." }
    api_username { en: "API username", ro: "Utilizator API" }
    api_username_hint { en: "As PayPal shows it, such as shop_api1.example.com", ro: "Așa cum îl afișează PayPal, de exemplu magazin_api1.example.com" }
    api_password { en: "API password", ro: "Parolă API" }
    api_password_hint { en: "Not the password you sign in to PayPal with", ro: "Nu parola cu care vă autentificați la PayPal" }
    api_signature { en: "API signature", ro: "Semnătură API" }
    merchant_id { en: "Merchant ID", ro: "ID comerciant" }
    merchant_id_hint { en: "13 capital letters and digits, in PayPal's account settings. Without it notices are refused, and we ask PayPal ourselves.", ro: "13 majuscule și cifre, în setările contului PayPal. Fără el notificările sunt refuzate, iar noi întrebăm singuri PayPal." }
    own_ip { en: "Address sent in place of a buyer's", ro: "Adresa trimisă în locul celei a cumpărătorului" }
    own_ip_hint { en: "This server's IPv4 address, for buyers who come over IPv6: PayPal refuses theirs. The fraud check then sees less.", ro: "Adresa IPv4 a acestui server, pentru cumpărătorii care vin prin IPv6: PayPal o refuză pe a lor. Verificarea antifraudă vede atunci mai puțin." }
    three_ds { en: "3-D Secure", ro: "3-D Secure" }
    three_ds_optional { en: "Passed on where there is a result", ro: "Se transmite acolo unde există un rezultat" }
    three_ds_optional_hint { en: "An authentication service of yours on the payment page posts its result with the card (fields three_ds_…). Issuers may refuse cards without one.", ro: "Un serviciu de autentificare al dumneavoastră, pe pagina de plată, trimite rezultatul împreună cu cardul (câmpurile three_ds_…). Băncile pot refuza cardurile fără rezultat." }
    three_ds_required { en: "Required", ro: "Obligatoriu" }
    three_ds_required_hint { en: "Cards without a result are refused before anything is charged. Choose this only once your authentication service is in place.", ro: "Cardurile fără rezultat sunt refuzate înainte de orice debitare. Alegeți această variantă doar după ce serviciul de autentificare funcționează." }
    client_id { en: "Client ID", ro: "Client ID" }
    client_id_hint { en: "Of your app in PayPal's developer dashboard", ro: "Al aplicației dumneavoastră din consola de dezvoltator PayPal" }
    client_secret { en: "Client secret", ro: "Client secret" }
    webhook_id { en: "Webhook ID", ro: "ID webhook" }
    webhook_id_hint { en: "From the webhook you make for the address below. Without it notices are refused, and we ask PayPal ourselves.", ro: "Al webhook-ului creat pentru adresa de mai jos. Fără el notificările sunt refuzate, iar noi întrebăm singuri PayPal." }
    secret_key { en: "Secret key", ro: "Cheie secretă" }
    secret_key_hint { en: "Begins with sk_ or rk_, then test_ or live_", ro: "Începe cu sk_ sau rk_, apoi test_ sau live_" }
    webhook_secret { en: "Signing secret of the webhook", ro: "Secretul de semnare al webhook-ului" }
    webhook_secret_hint { en: "Begins with whsec_; two, with a blank between them, while it is being rolled", ro: "Începe cu whsec_; două, cu un spațiu între ele, cât timp este înlocuit" }
    instructions { en: "What the buyer needs to pay", ro: "Ce îi trebuie cumpărătorului pentru plată" }
    instructions_hint { en: "Account holder, IBAN, bank. Shown as typed, with the reference and the day it is due.", ro: "Titularul contului, IBAN, banca. Se afișează întocmai, împreună cu referința și ziua scadenței." }
    days { en: "Days the money may take", ro: "Câte zile pot dura banii" }
    days_hint { en: "The seat is kept so long. Empty means 14.", ro: "Locul este păstrat atât timp. Gol înseamnă 14." }
    days_unit { en: "days", ro: "zile" }
    lengths(min: &str, max: &str) { en: "{min} to {max} characters", ro: "De la {min} la {max} de caractere" }
    processor_save { en: "Save", ro: "Salvați" }
    processor_test { en: "Test connection", ro: "Testați conexiunea" }
    processor_offer { en: "Offer to buyers", ro: "Oferiți cumpărătorilor" }
    processor_pause { en: "Pause", ro: "Suspendați" }
    offered { en: "Offered to buyers", ro: "Oferit cumpărătorilor" }
    not_offered { en: "Not offered", ro: "Neoferit" }
    not_configured { en: "Not set up", ro: "Neconfigurat" }
    tested_ok(at: &str) { en: "The connection worked {at}.", ro: "Conexiunea a funcționat {at}." }
    tested_bad(at: &str) { en: "The connection failed {at}.", ro: "Conexiunea a eșuat {at}." }
    not_tested { en: "Not tested since the last change.", ro: "Netestat de la ultima modificare." }
    reason_settings { en: "The settings are incomplete or malformed.", ro: "Setările sunt incomplete sau greșite." }
    reason_unreachable { en: "Nobody answers at that address.", ro: "Nu răspunde nimeni la acea adresă." }
    reason_no_answer { en: "No answer came in time.", ro: "Răspunsul nu a venit la timp." }
    reason_not_the_processor { en: "What answers there is not this processor.", ro: "Cine răspunde acolo nu este acest procesator." }
    settle_transfer { en: "A transfer is expected", ro: "Se așteaptă un transfer" }
    settle_transfer_text(amount: &str, reference: &str, until: &str) { en: "{amount} with the reference {reference}, until {until}. The seat is kept meanwhile.", ro: "{amount} cu referința {reference}, până la {until}. Locul este păstrat între timp." }
    settle_ending { en: "Nobody knows how this payment ended", ro: "Nimeni nu știe cum s-a încheiat această plată" }
    settle_ending_text { en: "Its processor did not say so in time. Look it up in the processor's own list of payments by the reference below, then say what you found.", ro: "Procesatorul nu a spus la timp. Căutați-o în lista de plăți a procesatorului după referința de mai jos, apoi spuneți ce ați găsit." }
    bank_reference { en: "The bank's reference of the transfer", ro: "Referința băncii pentru transfer" }
    bank_reference_hint { en: "From the account statement, up to 40 characters", ro: "Din extrasul de cont, cel mult 40 de caractere" }
    processor_reference { en: "The processor's reference of the payment", ro: "Referința procesatorului pentru plată" }
    processor_reference_hint { en: "Refunds will name it, so copy it exactly", ro: "Rambursările o vor folosi, deci copiați-o exact" }
    mark_paid { en: "Mark as paid", ro: "Marcați ca plătită" }
    give_up_transfer { en: "Give up the transfer", ro: "Renunțați la transfer" }
    it_was_paid { en: "It was paid in full", ro: "A fost plătită integral" }
    it_was_not_paid { en: "It was not paid", ro: "Nu a fost plătită" }
    evidence_processor { en: "Processor", ro: "Procesator" }
    evidence_ref { en: "Our reference", ro: "Referința noastră" }
    evidence_started { en: "Its reference", ro: "Referința lui" }
    evidence_amount { en: "Asked for", ro: "Suma cerută" }
    evidence_at { en: "Asked", ro: "Cerută" }
    evidence_inquiries { en: "Inquiries made", ro: "Interogări făcute" }
    evidence_detail { en: "What is in doubt", ro: "Ce nu este clar" }
    awaits_transfer(reference: &str, amount: &str) { en: "Transfer of {amount} for order {reference} is expected", ro: "Se așteaptă transferul de {amount} pentru comanda {reference}" }
    awaits_transfer_text(since: &str) { en: "Since {since}. Mark the order as paid when the money has come.", ro: "Din {since}. Marcați comanda ca plătită când au venit banii." }
    did_payment_marked_paid { en: "Marked as paid by a person", ro: "Marcată ca plătită de o persoană" }
    did_payment_marked_unpaid { en: "Marked as not paid by a person", ro: "Marcată ca neplătită de o persoană" }
    did_processor_ordered { en: "Order of processors changed", ro: "Ordinea procesatorilor schimbată" }
    did_processor_removed { en: "Processor removed", ro: "Procesator eliminat" }
    reason_credentials { en: "Account, key or password are wrong, or this server's address is not allowed.", ro: "Contul, cheia sau parola sunt greșite ori adresa acestui server nu este permisă." }
    reason_vendor { en: "The merchant login is unknown.", ro: "Contul comerciantului este necunoscut." }
    reason_permission { en: "The account lacks a permission.", ro: "Contului îi lipsește o permisiune." }
    reason_unavailable { en: "The processor is out of order now. Try again later.", ro: "Procesatorul nu funcționează acum. Încercați mai târziu." }
    promos_lead { en: "Codes take something off a fee. What was used keeps its value for ever.", ro: "Codurile reduc o taxă. Ce a fost folosit își păstrează valoarea pentru totdeauna." }
    promo_new { en: "New promo code", ro: "Cod promoțional nou" }
    no_promos { en: "A promo code takes a percentage or an amount off a fee. Make the first one.", ro: "Un cod promoțional reduce o taxă cu un procent sau cu o sumă. Creați primul cod." }
    promo_off { en: "Promo codes are not enabled. Enable them in the settings.", ro: "Codurile promoționale nu sunt activate. Activați-le în setări." }
    col_code { en: "Code", ro: "Cod" }
    col_takes_off { en: "Takes off", ro: "Reduce" }
    col_uses { en: "Uses", ro: "Utilizări" }
    col_until { en: "Until", ro: "Până la" }
    uses_of(taken: &str, max: &str) { en: "{taken} of {max}", ro: "{taken} din {max}" }
    phase_active { en: "Active", ro: "Activ" }
    phase_paused { en: "Paused", ro: "Suspendat" }
    phase_not_yet { en: "Not yet", ro: "Încă nu" }
    phase_expired { en: "Expired", ro: "Expirat" }
    phase_used_up { en: "Used up", ro: "Epuizat" }
    promo_code { en: "Code", ro: "Cod" }
    promo_code_hint { en: "4 to 32 letters, digits or hyphens. Capitals and spaces do not matter.", ro: "De la 4 la 32 de litere, cifre sau cratime. Majusculele și spațiile nu contează." }
    promo_generate { en: "Generate a code", ro: "Generați un cod" }
    promo_clash { en: "Open the code that exists", ro: "Deschideți codul existent" }
    promo_value { en: "What it takes off", ro: "Cât reduce" }
    promo_percent { en: "A percentage", ro: "Un procent" }
    promo_fixed { en: "An amount", ro: "O sumă" }
    promo_percent_field { en: "Percent off", ro: "Procent redus" }
    promo_amount_field { en: "Amount off", ro: "Sumă redusă" }
    promo_minimum { en: "Lowest price it applies to", ro: "Prețul minim la care se aplică" }
    promo_when { en: "When", ro: "Când" }
    promo_when_hint(zone: &str) { en: "Dates and times of {zone}. Both ends are inside.", ro: "Date și ore din {zone}. Ambele capete sunt incluse." }
    promo_starts { en: "From", ro: "De la" }
    promo_ends { en: "Until", ro: "Până la" }
    promo_limits { en: "How often", ro: "De câte ori" }
    promo_limits_hint { en: "Empty means without limit. Seats that are only held count.", ro: "Gol înseamnă fără limită. Locurile doar rezervate contează și ele." }
    promo_uses_max { en: "Uses in all", ro: "Utilizări în total" }
    promo_uses_each { en: "Uses per person", ro: "Utilizări de persoană" }
    promo_for { en: "For what and whom", ro: "Pentru ce și pentru cine" }
    promo_for_hint { en: "Nothing ticked and nobody listed means everything and everyone.", ro: "Nimic bifat și nimeni listat înseamnă orice și oricine." }
    promo_people { en: "People", ro: "Persoane" }
    promo_people_hint { en: "One e-mail address or @domain per line", ro: "O adresă de e-mail sau un @domeniu pe rând" }
    promo_sessions { en: "Sessions", ro: "Sesiuni" }
    promo_create { en: "Create code", ro: "Creați codul" }
    promo_save { en: "Save changes", ro: "Salvați modificările" }
    promo_pause { en: "Pause", ro: "Suspendați" }
    promo_activate { en: "Activate", ro: "Activați" }
    promo_delete { en: "Delete", ro: "Ștergeți" }
    promo_settled { en: "It was used, so its value is settled. Pause it and make a new code for another value.", ro: "A fost folosit, deci valoarea lui este stabilită. Suspendați-l și creați un cod nou pentru altă valoare." }
    promo_uses_list { en: "Who used it", ro: "Cine l-a folosit" }
    promo_no_uses { en: "Nobody has used it yet.", ro: "Încă nu l-a folosit nimeni." }
    promo_held { en: "held", ro: "rezervat" }
    promo_link { en: "Links that carry the code", ro: "Adrese care poartă codul" }
    promo_everyone { en: "Everyone", ro: "Oricine" }
    promo_all_sessions { en: "All sessions", ro: "Toate sesiunile" }
    preview { en: "Preview", ro: "Previzualizare" }
    preview_sample { en: "Price to try it on", ro: "Prețul pe care se încearcă" }
    preview_before { en: "Price", ro: "Preț" }
    preview_pays { en: "The buyer pays", ro: "Cumpărătorul plătește" }
    preview_nothing { en: "Enter a value, and the result appears here.", ro: "Introduceți o valoare și rezultatul va apărea aici." }
    preview_free { en: "Free: no payment is asked.", ro: "Gratuit: nu se cere nicio plată." }
    preview_below { en: "Below the lowest price: the code is refused.", ro: "Sub prețul minim: codul este refuzat." }
    did_order_held { en: "Seat held", ro: "Loc rezervat" }
    did_order_moved { en: "State changed", ro: "Stare schimbată" }
    did_promo_applied { en: "Promo code applied", ro: "Cod promoțional aplicat" }
    did_promo_removed { en: "Promo code removed", ro: "Cod promoțional eliminat" }
    did_usage_quoted { en: "Usage estimated", ro: "Utilizare estimată" }
    did_attempt_asked { en: "Payment asked", ro: "Plată cerută" }
    did_attempt_prepared { en: "Payment about to be sent", ro: "Plata urmează să fie trimisă" }
    did_attempt_captured { en: "Money captured", ro: "Bani încasați" }
    did_attempt_declined { en: "Payment declined", ro: "Plată refuzată" }
    did_attempt_unknown { en: "Payment not decided", ro: "Plată nelămurită" }
    did_attempt_needs_person { en: "A person must decide", ro: "Trebuie să decidă o persoană" }
    did_attempt_not_sent { en: "Payment never sent", ro: "Plată netrimisă" }
    did_payment_disputed { en: "The buyer disputes the payment: answer at the processor, and refund nothing here meanwhile", ro: "Cumpărătorul contestă plata: răspundeți la procesator și nu rambursați nimic de aici între timp" }
    did_payment_dispute_closed { en: "Dispute closed: see its outcome at the processor", ro: "Contestație închisă: vedeți rezultatul la procesator" }
    did_processor_refuses_us { en: "The processor refused our credentials; the method was hidden from buyers", ro: "Procesatorul ne-a refuzat datele de acces; metoda a fost ascunsă cumpărătorilor" }
    did_message_confirmation { en: "Confirmation", ro: "Confirmare" }
    did_message_needs_person { en: "Alarm: a payment needs a person", ro: "Alarmă: o plată trebuie lămurită de o persoană" }
    did_message_too_late { en: "Told the buyer: paid too late, money goes back", ro: "Cumpărătorul a fost anunțat: plată prea târzie, banii se întorc" }
    did_message_twice { en: "Told the buyer: paid twice, money goes back", ro: "Cumpărătorul a fost anunțat: plată dublă, banii se întorc" }
    did_message_other_price { en: "Told the buyer: an older price was paid, money goes back", ro: "Cumpărătorul a fost anunțat: s-a plătit un preț mai vechi, banii se întorc" }
    did_message_card_kind { en: "Told the buyer: card not accepted, money goes back", ro: "Cumpărătorul a fost anunțat: card neacceptat, banii se întorc" }
    did_message_money_returned { en: "Told the buyer: money went back", ro: "Cumpărătorul a fost anunțat: banii au fost returnați" }
    did_message_refunded { en: "Notice of refund", ro: "Anunț de rambursare" }
    did_feature_provisioned { en: "Feature provisioned", ro: "Funcție alocată" }
    did_feature_withdrawn { en: "Feature withdrawn", ro: "Funcție retrasă" }
    did_feature_enabled { en: "Feature enabled", ro: "Funcție activată" }
    did_feature_disabled { en: "Feature disabled", ro: "Funcție dezactivată" }
    did_site_changed { en: "Settings changed", ro: "Setări modificate" }
    did_rates_added { en: "New rates", ro: "Tarife noi" }
    did_processor_saved { en: "Processor saved", ro: "Procesator salvat" }
    did_processor_tested { en: "Connection tested", ro: "Conexiune testată" }
    did_processor_switched { en: "Processor offered or paused", ro: "Procesator oferit sau suspendat" }
    did_promo_created { en: "Promo code made", ro: "Cod promoțional creat" }
    did_promo_changed { en: "Promo code changed", ro: "Cod promoțional modificat" }
    did_promo_deleted { en: "Promo code deleted", ro: "Cod promoțional șters" }
    did_session_scheduled { en: "Session scheduled", ro: "Sesiune programată" }
    did_session_started { en: "Session started", ro: "Sesiune pornită" }
    did_session_ended { en: "Session ended", ro: "Sesiune încheiată" }
    did_session_cancelled { en: "Session cancelled", ro: "Sesiune anulată" }
    did_session_saved { en: "Session saved", ro: "Sesiune salvată" }
}

/// A feature's name.
pub fn feature(lang: Lang, feature: Feature) -> &'static str {
    match feature {
        Feature::FeeBased => feature_fee_based(lang),
        Feature::PayPerUse => feature_pay_per_use(lang),
        Feature::PromoCodes => feature_promo_codes(lang),
    }
}

/// What a feature does.
pub fn feature_text(lang: Lang, feature: Feature) -> &'static str {
    match feature {
        Feature::FeeBased => feature_fee_based_text(lang),
        Feature::PayPerUse => feature_pay_per_use_text(lang),
        Feature::PromoCodes => feature_promo_codes_text(lang),
    }
}

/// A role's name.
pub fn role(lang: Lang, role: Role) -> &'static str {
    match role {
        Role::AccountManager => role_account_manager(lang),
        Role::SiteAdmin => role_site_admin(lang),
        Role::DivisionManager => role_division_manager(lang),
        Role::Host => role_host(lang),
    }
}

/// A missing step in words; a code this page does not know is shown as it is.
pub fn step(lang: Lang, code: &str) -> String {
    match code {
        "currency" => step_currency(lang).to_owned(),
        "processor" => step_processor(lang).to_owned(),
        "rate_card" => step_rate_card(lang).to_owned(),
        "fee_based" => step_fee_based(lang).to_owned(),
        "processor_test" => step_processor_test(lang).to_owned(),
        "card_scope" => step_card_scope(lang).to_owned(),
        other => other.to_owned(),
    }
}

/// An order's state in words.
pub fn state(lang: Lang, code: &str) -> String {
    match code {
        "held" => state_held(lang).to_owned(),
        "paying" => state_paying(lang).to_owned(),
        "paid" => state_paid(lang).to_owned(),
        "expired" => state_expired(lang).to_owned(),
        "cancelled" => state_cancelled(lang).to_owned(),
        "refunded" => state_refunded(lang).to_owned(),
        "undecided" => state_undecided(lang).to_owned(),
        other => other.to_owned(),
    }
}

/// A processor's name: what its maker calls it, else what it is.
pub fn processor(lang: Lang, name: &str) -> String {
    if name.is_empty() { processor_offline(lang).to_owned() } else { name.to_owned() }
}

/// A way to pay.
pub fn method(lang: Lang, method: Method) -> &'static str {
    match method {
        Method::Card => method_card(lang),
        Method::Paypal => method_paypal(lang),
        Method::Offline => method_offline(lang),
        Method::None => method_none(lang),
    }
}

/// A processor's setting: its label, and a rule worth knowing. One that this page does not know is shown by its name.
pub fn setting(lang: Lang, name: &str) -> (String, &'static str) {
    let (label, hint) = match name {
        "partner" => (partner(lang), partner_hint(lang)),
        "vendor" => (vendor(lang), ""),
        "user" => (user(lang), user_hint(lang)),
        "password" => (password(lang), ""),
        "card_entry" => (card_entry(lang), ""),
        "api_username" => (api_username(lang), api_username_hint(lang)),
        "api_password" => (api_password(lang), api_password_hint(lang)),
        "api_signature" => (api_signature(lang), ""),
        "merchant_id" => (merchant_id(lang), merchant_id_hint(lang)),
        "own_ip" => (own_ip(lang), own_ip_hint(lang)),
        "three_ds" => (three_ds(lang), ""),
        "client_id" => (client_id(lang), client_id_hint(lang)),
        "client_secret" => (client_secret(lang), ""),
        "webhook_id" => (webhook_id(lang), webhook_id_hint(lang)),
        "secret_key" => (secret_key(lang), secret_key_hint(lang)),
        "webhook_secret" => (webhook_secret(lang), webhook_secret_hint(lang)),
        "instructions" => (instructions(lang), instructions_hint(lang)),
        "days" => (days(lang), days_hint(lang)),
        other => return (other.to_owned(), ""),
    };
    (label.to_owned(), hint)
}

/// One choice of a setting, and what to know of it.
pub fn setting_choice(lang: Lang, name: &str, code: &str) -> (String, &'static str) {
    let (label, hint) = match (name, code) {
        ("card_entry", "gateway") => (card_entry_gateway(lang), card_entry_gateway_hint(lang)),
        ("card_entry", "here") => (card_entry_here(lang), card_entry_here_hint(lang)),
        ("three_ds", "optional") => (three_ds_optional(lang), three_ds_optional_hint(lang)),
        ("three_ds", "required") => (three_ds_required(lang), three_ds_required_hint(lang)),
        (_, other) => return (other.to_owned(), ""),
    };
    (label.to_owned(), hint)
}

/// Why a connection test failed.
pub fn test_reason(lang: Lang, code: &str) -> String {
    match code {
        "settings" => reason_settings(lang).to_owned(),
        "unreachable" => reason_unreachable(lang).to_owned(),
        "no_answer" => reason_no_answer(lang).to_owned(),
        "not_the_processor" => reason_not_the_processor(lang).to_owned(),
        "credentials" => reason_credentials(lang).to_owned(),
        "vendor" => reason_vendor(lang).to_owned(),
        "permission" => reason_permission(lang).to_owned(),
        "unavailable" => reason_unavailable(lang).to_owned(),
        other => other.to_owned(),
    }
}

/// Who did something: a name is kept, a code is put into words.
pub fn who(lang: Lang, code: &str) -> String {
    match code {
        "buyer" => who_buyer(lang).to_owned(),
        "system" => who_system(lang).to_owned(),
        "offline" => who_offline(lang).to_owned(),
        "payflow" => "PayPal Payflow Pro".to_owned(),
        "express" => "PayPal Express Checkout".to_owned(),
        "wpp_uk" => "PayPal Website Payments Pro (UK)".to_owned(),
        "orders" => "PayPal Checkout (Orders v2)".to_owned(),
        "stripe" => "Stripe Checkout".to_owned(),
        other => other.to_owned(),
    }
}

/// What happened, in words; a code this page does not know is shown as it is.
pub fn event(lang: Lang, code: &str) -> String {
    let words = match code {
        "order.held" => did_order_held(lang),
        "order.moved" => did_order_moved(lang),
        "promo.applied" => did_promo_applied(lang),
        "promo.removed" => did_promo_removed(lang),
        "usage.quoted" => did_usage_quoted(lang),
        "attempt.asked" => did_attempt_asked(lang),
        "attempt.prepared" => did_attempt_prepared(lang),
        "attempt.captured" => did_attempt_captured(lang),
        "attempt.declined" => did_attempt_declined(lang),
        "attempt.unknown" => did_attempt_unknown(lang),
        "attempt.needs_person" => did_attempt_needs_person(lang),
        "attempt.not_sent" => did_attempt_not_sent(lang),
        "payment.disputed" => did_payment_disputed(lang),
        "payment.dispute_closed" => did_payment_dispute_closed(lang),
        "processor.refuses_us" => did_processor_refuses_us(lang),
        "message.confirmation" => did_message_confirmation(lang),
        "message.refunded" => did_message_refunded(lang),
        "message.payment_needs_person" => did_message_needs_person(lang),
        "message.money_too_late" => did_message_too_late(lang),
        "message.money_twice" => did_message_twice(lang),
        "message.money_other_price" => did_message_other_price(lang),
        "message.money_card_kind" => did_message_card_kind(lang),
        "message.money_returned" => did_message_money_returned(lang),
        "feature.provisioned" => did_feature_provisioned(lang),
        "feature.withdrawn" => did_feature_withdrawn(lang),
        "feature.enabled" => did_feature_enabled(lang),
        "feature.disabled" => did_feature_disabled(lang),
        "site.changed" => did_site_changed(lang),
        "rates.added" => did_rates_added(lang),
        "processor.saved" => did_processor_saved(lang),
        "processor.tested" => did_processor_tested(lang),
        "processor.switched" => did_processor_switched(lang),
        "processor.ordered" => did_processor_ordered(lang),
        "processor.removed" => did_processor_removed(lang),
        "payment.marked_paid" => did_payment_marked_paid(lang),
        "payment.marked_unpaid" => did_payment_marked_unpaid(lang),
        "promo.created" => did_promo_created(lang),
        "promo.changed" => did_promo_changed(lang),
        "promo.deleted" => did_promo_deleted(lang),
        "session.scheduled" => did_session_scheduled(lang),
        "session.started" => did_session_started(lang),
        "session.ended" => did_session_ended(lang),
        "session.cancelled" => did_session_cancelled(lang),
        "session.saved" => did_session_saved(lang),
        other => super::refunds::event(lang, other).unwrap_or(other),
    };
    words.to_owned()
}
