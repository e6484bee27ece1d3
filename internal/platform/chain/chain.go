// Package chain is what logs have in common that are sealed a moment after they are written: each seal is a hash over the seal before and
// what it seals. It knows neither tables nor entries.
package chain

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// Hash is SHA-256, in hexadecimal digits, over texts and numbers as a JSON array, which keeps them apart whatever they hold.
func Hash(fields ...any) string {
	text, _ := json.Marshal(fields) // texts and numbers always marshal
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// InBatches calls batch, which says how many it has sealed, until it seals fewer than size, and returns how many they were altogether.
func InBatches(size int, batch func() (int, error)) (total int, err error) {
	for {
		n, err := batch()
		total += n
		if err != nil || n < size {
			return total, err
		}
	}
}
