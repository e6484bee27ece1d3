package account

import "math"

// The parameters of RFC 3492, section 5.
const (
	punycodeBase        = 36
	punycodeTMin        = 1
	punycodeTMax        = 26
	punycodeSkew        = 38
	punycodeDamp        = 700
	punycodeInitialBias = 72
	punycodeInitialN    = 128
	punycodeDigits      = "abcdefghijklmnopqrstuvwxyz0123456789"
)

// punycode encodes a label as RFC 3492, section 6.3 says, without the "xn--". The label is short (see maxEmailTyped), so nothing
// here can overflow.
func punycode(label string) string {
	runes := []rune(label)
	var out []byte
	for _, r := range runes {
		if r < punycodeInitialN {
			out = append(out, byte(r))
		}
	}
	basic := len(out)
	if basic > 0 {
		out = append(out, '-')
	}
	n, delta, bias := rune(punycodeInitialN), 0, punycodeInitialBias
	for handled := basic; handled < len(runes); {
		next := rune(math.MaxInt32)
		for _, r := range runes {
			if r >= n && r < next {
				next = r
			}
		}
		delta += int(next-n) * (handled + 1)
		n = next
		for _, r := range runes {
			if r < n {
				delta++
			}
			if r == n {
				out = appendPunycodeNumber(out, delta, bias)
				bias = adaptPunycodeBias(delta, handled+1, handled == basic)
				delta = 0
				handled++
			}
		}
		delta++
		n++
	}
	return string(out)
}

func appendPunycodeNumber(out []byte, number, bias int) []byte {
	for k := punycodeBase; ; k += punycodeBase {
		threshold := min(max(k-bias, punycodeTMin), punycodeTMax)
		if number < threshold {
			return append(out, punycodeDigits[number])
		}
		out = append(out, punycodeDigits[threshold+(number-threshold)%(punycodeBase-threshold)])
		number = (number - threshold) / (punycodeBase - threshold)
	}
}

func adaptPunycodeBias(delta, handled int, first bool) int {
	if first {
		delta /= punycodeDamp
	} else {
		delta /= 2
	}
	delta += delta / handled
	k := 0
	for delta > (punycodeBase-punycodeTMin)*punycodeTMax/2 {
		delta /= punycodeBase - punycodeTMin
		k += punycodeBase
	}
	return k + (punycodeBase-punycodeTMin+1)*delta/(delta+punycodeSkew)
}
