package sample

import "strings"

var (
	givenNames = strings.Fields(`Abdelaziz Abderrahim Adil Ahmed Amal Amina Anas Asmaa Ayoub Aziza Bouchra Brahim Chaimae Driss Fadwa Farid
		Fatima Ghita Hafsa Hajar Hamid Hanane Hassan Hicham Houda Ibtissam Ilham Imane Ismail Jamila Jawad Kamal Karim Kawtar Kenza Khadija
		Khalid Laila Latifa Loubna Malika Mariam Mehdi Meryem Mohamed Mouad Mounir Mustapha Nabil Nadia Naima Nawal Noureddine Omar Othmane
		Rachid Rajae Reda Rim Saad Said Salma Samir Sanae Siham Soufiane Soukaina Taha Tarik Wafae Yassine Youness Younes Yousra Zakaria Zineb`)
	familyNames = []string{"Aabid", "Achour", "Ait Brahim", "Ait Lahcen", "Alami", "Amrani", "Aouad", "Azzouzi", "Bakkali", "Belhaj",
		"Benali", "Benchekroun", "Benjelloun", "Bennani", "Bennis", "Benomar", "Berrada", "Bouazza", "Bouhaddou", "Boukhriss", "Boutaleb",
		"Chafik", "Chaoui", "Cherkaoui", "Daoudi", "Drissi", "El Alaoui", "El Amrani", "El Fassi", "El Ghazi", "El Hachimi", "El Idrissi",
		"El Kadiri", "El Khattabi", "El Mansouri", "El Ouafi", "El Yousfi", "Fathi", "Filali", "Guessous", "Haddad", "Hamdaoui", "Hilali",
		"Idrissi", "Jabri", "Jazouli", "Kabbaj", "Kettani", "Lahlou", "Lamrani", "Lazrak", "Mekouar", "Mernissi", "Naciri", "Ouazzani",
		"Ouhaddou", "Oukacha", "Rahmouni", "Rami", "Saidi", "Sebti", "Skalli", "Slaoui", "Tahiri", "Tazi", "Touzani", "Wahbi", "Zahraoui",
		"Zemmouri", "Ziani", "Zniber"}
	brands = []string{"Al Amal", "Al Baraka", "Al Wifaq", "Andalous", "Argane", "Atlas", "Aïn Fès", "Bab Doukkala", "Bahia", "Cèdre d'Or",
		"Chaouia", "Chems", "Dar Zellige", "Doukkala", "Draa", "Essaada", "Ennakhil", "Gharb", "Haouz", "Horizon", "Jawhara", "Kasbah",
		"Les Deux Rives", "Loukkos", "Majorelle", "Manara", "Médina", "Mogador", "Nour", "Oasis", "Oued Souss", "Oum Rabia", "Palmeraie",
		"Perle du Nord", "Rif", "Saïss", "Safran", "Sahel", "Sebou", "Tafilalt", "Tamaris", "Targa", "Tensift", "Tifaouine", "Toubkal",
		"Yasmine", "Zaytouna"}
	trades = []string{"Plomberie", "Électricité", "Peinture", "Menuiserie", "Climatisation", "Nettoyage", "Jardinage", "Déménagement",
		"Serrurerie", "Carrelage", "Transport", "Traiteur", "Informatique", "Imprimerie", "Matériaux", "Quincaillerie", "Formation",
		"Gardiennage", "Négoce", "Location"}
	legalForms = []string{"SARL", "SARL", "SARL AU", "SA", "Sté", "Ets", "Coop."}
	cities     = []string{"Casablanca", "Casablanca", "Casablanca", "Rabat", "Rabat", "Marrakech", "Marrakech", "Fès", "Tanger", "Tanger",
		"Agadir", "Kénitra", "Oujda", "Meknès", "Tétouan", "Safi", "Essaouira", "Salé", "El Jadida", "Béni Mellal", "Nador", "Settat"}
)

// party is somebody who pays or is paid.
type party struct {
	person      bool
	name        string // in the ledger
	whole       string // in capitals, as the bank has it
	turned      string // the same with its words in another order, or without the legal form
	short       string // with an initial, or only the first words
	trade, city string
	series      series // of the invoices that they write
}

func newParty(c *chance) party {
	p := party{trade: c.pick(trades), city: c.pick(cities), series: supplierSeries[c.below(len(supplierSeries))]}
	if c.percent(55) {
		p.person = true
		given, family := c.pick(givenNames), c.pick(familyNames)
		p.name = given + " " + family
		p.whole, p.turned = banker(p.name), banker(family+" "+given)
		p.short = banker(given[:1] + " " + family)
		if c.percent(30) {
			p.name = strings.ToUpper(family) + " " + given
		}
		return p
	}
	form, own := c.pick(legalForms), c.pick(brands)+" "+p.trade
	if c.percent(35) {
		own += " " + p.city
	}
	before := form == "Sté" || form == "Ets" || form == "Coop."
	if p.name = own + " " + form; before {
		p.name = form + " " + own
	}
	if c.percent(3) {
		p.name = form + ` "` + own + `"`
	}
	p.whole, p.turned = banker(p.name), banker(own)
	if c.percent(40) {
		p.turned = banker(own + " " + form)
		if !before {
			p.turned = banker(form + " " + own)
		}
	}
	p.short = banker(own[:strings.LastIndexByte(own, ' ')])
	return p
}

// label appends the party as a bank label shows it, with a space before it; seldom it shows nobody, unless somebody must be known.
func (p *party) label(dst []byte, c *chance, known bool) []byte {
	draw := c.below(100)
	if known {
		draw = c.below(88)
	}
	switch {
	case draw < 42:
		return append(append(dst, ' '), p.whole...)
	case draw < 60:
		return append(append(dst, ' '), p.turned...)
	case draw < 70:
		return append(append(dst, ' '), p.short...)
	case draw < 88: // clipped
		return append(append(dst, ' '), strings.TrimSpace(p.whole[:min(len(p.whole), c.between(8, 15))])...)
	}
	return dst
}

// series is how an issuer numbers its documents.
type series uint8

const (
	none series = iota
	invoice
	supplierSlash
	supplierYear
	supplierLetters
	supplierPlain
	cheque
	ticket
	deposit
	payslip
)

var supplierSeries = []series{supplierSlash, supplierYear, supplierLetters, supplierPlain}

// document is what an entry was booked from.
type document struct {
	series       series
	year, number int
}

// append writes it as the ledger does.
func (d document) append(dst []byte) []byte {
	dated := func(prefix string, width int) []byte {
		dst = append(appendPadded(append(dst, prefix...), d.year, 4), '-')
		return appendPadded(dst, d.number, width)
	}
	switch d.series {
	case invoice:
		return dated("FA-", 6)
	case supplierSlash:
		return appendPadded(append(appendPadded(append(dst, 'F'), d.year%100, 2), '/'), d.number, 4)
	case supplierYear:
		return dated("", 5)
	case supplierLetters:
		return appendPadded(append(dst, "INV"...), d.number, 6)
	case supplierPlain:
		return appendPadded(append(dst, "FC "...), d.number, 5)
	case cheque:
		return appendPadded(dst, d.number, 7)
	case ticket:
		return dated("TK-", 7)
	case deposit:
		return dated("BV-", 5)
	case payslip:
		return dated("PAIE-", 5)
	}
	return dst
}

// quote appends it as somebody typed it into a transfer, with a space before it: whole, bare, cut or not at all.
func (d document) quote(dst []byte, c *chance) []byte {
	draw := c.below(100)
	if d.series == cheque { // the bank reads the number off the cheque
		draw = draw * 2 / 3
	}
	if d.series == none || draw >= 78 {
		return dst
	}
	dst = append(dst, ' ')
	from := len(dst)
	switch {
	case draw < 36:
		return d.append(dst)
	case draw < 50: // without punctuation
		dst = d.append(dst)
		to := from
		for _, b := range dst[from:] {
			if b != '-' && b != '/' && b != ' ' {
				dst[to] = b
				to++
			}
		}
		return dst[:to]
	case draw < 64:
		return appendPadded(dst, d.number, 4)
	case draw < 71: // the end is lost
		dst = d.append(dst)
		return dst[:max(from+4, len(dst)-c.between(1, 4))]
	default: // the beginning is lost
		dst = d.append(dst)
		lost := from + min(c.between(2, 6), len(dst)-from-4)
		for dst[lost] < '0' { // punctuation
			lost++
		}
		return append(dst[:from], dst[lost:]...)
	}
}
