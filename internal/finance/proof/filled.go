package proof

import (
	"crypto/sha256"
	"encoding/hex"

	"khadamat/internal/platform/i18n"
)

// ReadFile reads a file as taking it in would, for filling a database: what Filled needs but for ID and TakenAt. It returns the errors of
// TakeSettlement and TakeStatement.
func ReadFile(kind TakenKind, name string, content []byte) (f Filled, err error) {
	if kind == SettlementFile {
		if f.Settlement, err = parseSettlement(content); err == nil {
			f.Taken = settlementOf(f.Settlement)
		}
	} else {
		f.Taken, f.Bank, err = readStatement(content, i18n.French)
	}
	sum := sha256.Sum256(content)
	f.Taken.Name, f.Taken.SHA256 = name, hex.EncodeToString(sum[:])
	return f, err
}
