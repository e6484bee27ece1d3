package sample

// labelWidth is how many letters the bank keeps of a label.
const labelWidth = 48

func clipped(label []byte) []byte {
	label = label[:min(len(label), labelWidth)]
	for label[len(label)-1] == ' ' {
		label = label[:len(label)-1]
	}
	return label
}

// What both sides call the ways in which money moves.
var (
	descriptions = [...][]string{
		transferIn:  {"Règlement facture", "Encaissement client", "Virement client", "Prestation", "Règlement"},
		chequeIn:    {"Remise chèque", "Chèque client", "Encaissement chèque"},
		cashIn:      {"Versement espèces", "Versement caisse", "Recette caisse"},
		transferOut: {"Paiement fournisseur", "Virement fournisseur", "Achat", "Sous-traitance"},
		directDebit: {"Abonnement", "Prélèvement", "Échéance", "Loyer"},
		chequeOut:   {"Chèque émis", "Paiement par chèque", "Chèque fournisseur"},
		salary:      {"Salaire", "Avance sur salaire", "Prime"},
	}
	labels = [...][]string{
		transferIn:  {"VIR RECU DE", "VIREMENT DE", "VRT RECU", "VIR INST RECU", "VIR"},
		chequeIn:    {"REMISE CHQ", "ENCAISSEMENT CHEQUE", "REM CHEQUE N"},
		cashIn:      {"VERSEMENT ESPECES", "VERST ESP AG", "DEPOT GAB"},
		transferOut: {"VIR EMIS", "VIREMENT EN FAVEUR DE", "VRT EMIS A", "VIR"},
		directDebit: {"PRLV", "PRELEVEMENT", "PRLV ECHEANCE"},
		chequeOut:   {"CHQ", "PAIEMENT CHEQUE N", "CHEQUE COMPENSE"},
		salary:      {"VIR SALAIRE", "VIR PERMANENT", "VIR EMIS"},
	}
	agencies = bankers(cities)
)

func bankers(texts []string) []string {
	done := make([]string, len(texts))
	for i, text := range texts {
		done[i] = banker(text)
	}
	return done
}

// book posts an entry on the ledger: counterparty, description, document.
func (g *generator) book(day int, e *entry, m *match) {
	g.planned++
	g.text = g.text[:0]
	if e.channel == cashIn {
		g.text = append(g.text, "Caisse centrale"...)
	} else {
		g.text = appendField(g.text, []byte(e.party.name))
	}
	g.text = append(g.text, ',')
	g.field = append(g.field[:0], g.pick(descriptions[e.channel])...)
	if e.cheque != 0 && g.percent(70) {
		g.field = appendPadded(append(g.field, ' '), e.cheque, 7)
	}
	switch draw := g.below(100); {
	case draw < 25:
		g.field = e.document.append(append(g.field, ' '))
	case draw < 45 && e.channel != salary:
		g.field = append(append(g.field, ' '), e.party.trade...)
	case draw < 60:
		g.field = append(append(g.field, ", "...), e.party.city...)
	}
	g.text = append(appendField(g.text, g.field), ',')
	if g.percent(94) { // seldom nobody filled it in
		g.text = e.document.append(g.text)
	}
	g.ledger.post(day, e.amount, m, g.text)
}

// settle posts a bank line for an entry, or for a part of it; known says that its label must tell whose it is.
func (g *generator) settle(day int, e *entry, amount int64, m *match, known bool) {
	g.text = append(g.text[:0], g.pick(labels[e.channel])...)
	switch e.channel {
	case cashIn:
		g.text = append(append(g.text, ' '), g.pick(agencies)...)
		g.text = e.document.quote(g.text, &g.chance)
	case chequeIn, chequeOut:
		g.text = document{cheque, 0, e.cheque}.quote(g.text, &g.chance)
		if known || g.percent(35) {
			g.text = e.party.label(g.text, &g.chance, known)
		}
	default:
		if g.percent(15) { // the reference comes first
			g.text = e.document.quote(g.text, &g.chance)
			g.text = e.party.label(g.text, &g.chance, known)
		} else {
			g.text = e.party.label(g.text, &g.chance, known)
			g.text = e.document.quote(g.text, &g.chance)
		}
	}
	if m != nil && m.kind == Split && g.percent(40) {
		g.text = append(g.text, " ACPTE"...)
	}
	g.bank.post(day, amount, m, clipped(g.text))
}
