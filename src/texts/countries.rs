//! Countries a bill can go to, by their ISO 3166-1 codes.

use crate::domain::text::Lang;

crate::texts::texts! {
    ae { en: "United Arab Emirates", ro: "Emiratele Arabe Unite" }
    al { en: "Albania", ro: "Albania" }
    ar { en: "Argentina", ro: "Argentina" }
    at { en: "Austria", ro: "Austria" }
    au { en: "Australia", ro: "Australia" }
    ba { en: "Bosnia and Herzegovina", ro: "Bosnia și Herțegovina" }
    be { en: "Belgium", ro: "Belgia" }
    bg { en: "Bulgaria", ro: "Bulgaria" }
    br { en: "Brazil", ro: "Brazilia" }
    ca { en: "Canada", ro: "Canada" }
    ch { en: "Switzerland", ro: "Elveția" }
    cl { en: "Chile", ro: "Chile" }
    cn { en: "China", ro: "China" }
    co { en: "Colombia", ro: "Columbia" }
    cy { en: "Cyprus", ro: "Cipru" }
    cz { en: "Czechia", ro: "Cehia" }
    de { en: "Germany", ro: "Germania" }
    dk { en: "Denmark", ro: "Danemarca" }
    ee { en: "Estonia", ro: "Estonia" }
    eg { en: "Egypt", ro: "Egipt" }
    es { en: "Spain", ro: "Spania" }
    fi { en: "Finland", ro: "Finlanda" }
    fr { en: "France", ro: "Franța" }
    gb { en: "United Kingdom", ro: "Regatul Unit" }
    ge { en: "Georgia", ro: "Georgia" }
    gr { en: "Greece", ro: "Grecia" }
    hk { en: "Hong Kong", ro: "Hong Kong" }
    hr { en: "Croatia", ro: "Croația" }
    hu { en: "Hungary", ro: "Ungaria" }
    id { en: "Indonesia", ro: "Indonezia" }
    ie { en: "Ireland", ro: "Irlanda" }
    il { en: "Israel", ro: "Israel" }
    r#in { en: "India", ro: "India" }
    is { en: "Iceland", ro: "Islanda" }
    it { en: "Italy", ro: "Italia" }
    jp { en: "Japan", ro: "Japonia" }
    ke { en: "Kenya", ro: "Kenya" }
    kr { en: "South Korea", ro: "Coreea de Sud" }
    kw { en: "Kuwait", ro: "Kuweit" }
    li { en: "Liechtenstein", ro: "Liechtenstein" }
    lt { en: "Lithuania", ro: "Lituania" }
    lu { en: "Luxembourg", ro: "Luxemburg" }
    lv { en: "Latvia", ro: "Letonia" }
    ma { en: "Morocco", ro: "Maroc" }
    mc { en: "Monaco", ro: "Monaco" }
    md { en: "Moldova", ro: "Republica Moldova" }
    me { en: "Montenegro", ro: "Muntenegru" }
    mk { en: "North Macedonia", ro: "Macedonia de Nord" }
    mt { en: "Malta", ro: "Malta" }
    mx { en: "Mexico", ro: "Mexic" }
    my { en: "Malaysia", ro: "Malaysia" }
    ng { en: "Nigeria", ro: "Nigeria" }
    nl { en: "Netherlands", ro: "Țările de Jos" }
    no { en: "Norway", ro: "Norvegia" }
    nz { en: "New Zealand", ro: "Noua Zeelandă" }
    pe { en: "Peru", ro: "Peru" }
    ph { en: "Philippines", ro: "Filipine" }
    pl { en: "Poland", ro: "Polonia" }
    pt { en: "Portugal", ro: "Portugalia" }
    qa { en: "Qatar", ro: "Qatar" }
    ro { en: "Romania", ro: "România" }
    rs { en: "Serbia", ro: "Serbia" }
    sa { en: "Saudi Arabia", ro: "Arabia Saudită" }
    se { en: "Sweden", ro: "Suedia" }
    sg { en: "Singapore", ro: "Singapore" }
    si { en: "Slovenia", ro: "Slovenia" }
    sk { en: "Slovakia", ro: "Slovacia" }
    th { en: "Thailand", ro: "Thailanda" }
    tn { en: "Tunisia", ro: "Tunisia" }
    tr { en: "Türkiye", ro: "Turcia" }
    tw { en: "Taiwan", ro: "Taiwan" }
    ua { en: "Ukraine", ro: "Ucraina" }
    us { en: "United States", ro: "Statele Unite" }
    vn { en: "Vietnam", ro: "Vietnam" }
    za { en: "South Africa", ro: "Africa de Sud" }
}

/// Code and name of every country, by name in the language's order.
pub fn sorted(lang: Lang) -> Vec<(&'static str, &'static str)> {
    let mut list = vec![
        ("AE", ae(lang)),
        ("AL", al(lang)),
        ("AR", ar(lang)),
        ("AT", at(lang)),
        ("AU", au(lang)),
        ("BA", ba(lang)),
        ("BE", be(lang)),
        ("BG", bg(lang)),
        ("BR", br(lang)),
        ("CA", ca(lang)),
        ("CH", ch(lang)),
        ("CL", cl(lang)),
        ("CN", cn(lang)),
        ("CO", co(lang)),
        ("CY", cy(lang)),
        ("CZ", cz(lang)),
        ("DE", de(lang)),
        ("DK", dk(lang)),
        ("EE", ee(lang)),
        ("EG", eg(lang)),
        ("ES", es(lang)),
        ("FI", fi(lang)),
        ("FR", fr(lang)),
        ("GB", gb(lang)),
        ("GE", ge(lang)),
        ("GR", gr(lang)),
        ("HK", hk(lang)),
        ("HR", hr(lang)),
        ("HU", hu(lang)),
        ("ID", id(lang)),
        ("IE", ie(lang)),
        ("IL", il(lang)),
        ("IN", r#in(lang)),
        ("IS", is(lang)),
        ("IT", it(lang)),
        ("JP", jp(lang)),
        ("KE", ke(lang)),
        ("KR", kr(lang)),
        ("KW", kw(lang)),
        ("LI", li(lang)),
        ("LT", lt(lang)),
        ("LU", lu(lang)),
        ("LV", lv(lang)),
        ("MA", ma(lang)),
        ("MC", mc(lang)),
        ("MD", md(lang)),
        ("ME", me(lang)),
        ("MK", mk(lang)),
        ("MT", mt(lang)),
        ("MX", mx(lang)),
        ("MY", my(lang)),
        ("NG", ng(lang)),
        ("NL", nl(lang)),
        ("NO", no(lang)),
        ("NZ", nz(lang)),
        ("PE", pe(lang)),
        ("PH", ph(lang)),
        ("PL", pl(lang)),
        ("PT", pt(lang)),
        ("QA", qa(lang)),
        ("RO", ro(lang)),
        ("RS", rs(lang)),
        ("SA", sa(lang)),
        ("SE", se(lang)),
        ("SG", sg(lang)),
        ("SI", si(lang)),
        ("SK", sk(lang)),
        ("TH", th(lang)),
        ("TN", tn(lang)),
        ("TR", tr(lang)),
        ("TW", tw(lang)),
        ("UA", ua(lang)),
        ("US", us(lang)),
        ("VN", vn(lang)),
        ("ZA", za(lang)),
    ];
    list.sort_by_key(|(_, name)| name.replace(['ă', 'â'], "a").replace('ț', "t").replace('Ț', "T").replace('ș', "s"));
    list
}
