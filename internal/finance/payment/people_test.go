package payment_test

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestAPersonGetsTheirPaymentsAndNobodyElses(t *testing.T) {
	each(t, func(m *market) {
		b := m.book(3)
		for who, want := range map[string]bool{m.salma.ID: true, m.owner.ID: false} {
			name, data, err := m.payments.Export(m.Context(), who)
			m.must(err)
			text, err := json.Marshal(data)
			m.must(err)
			if has := strings.Contains(string(text), b.ID) && strings.Contains(string(text), `"status":"awaiting"`); name != "payments" || has != want {
				m.Errorf("%s: %s", name, text)
			}
		}
	})
}
