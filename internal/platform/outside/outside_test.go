package outside

import (
	"errors"
	"testing"
)

func TestOnlyPublicAddressesAreReached(t *testing.T) {
	for _, address := range []string{
		"127.0.0.1:443", "127.9.9.9:443", "[::1]:443", "10.0.0.1:443", "172.16.0.1:443", "172.31.255.255:443", "192.168.1.1:443", "169.254.169.254:443",
		"0.0.0.0:443", "0.1.2.3:443", "100.64.0.1:443", "192.0.0.1:443", "198.18.0.1:443", "224.0.0.1:443", "240.0.0.1:443", "255.255.255.255:443",
		"[::]:443", "[fc00::1]:443", "[fd12:3456::1]:443", "[fe80::1]:443", "[fe80::1%eth0]:443", "[fec0::1]:443", "[ff02::1]:443", "[::ffff:10.0.0.1]:443", "[::ffff:127.0.0.1]:443",
		"[64:ff9b::a00:1]:443", "[2002:a00:1::]:443", "[2001:db8::1]:443", "[2001::1]:443", "[::7f00:1]:443",
		"93.184.215.14:80", "93.184.215.14:22", "93.184.215.14:8443", "nonsense", "",
	} {
		if err := permitted(address, Options{}); !errors.Is(err, ErrForbiddenAddress) {
			t.Errorf("%s is reached", address)
		}
	}
	for _, address := range []string{"93.184.215.14:443", "[2606:2800:21f:cb07:6820:80da:af6b:8b2c]:443"} {
		if err := permitted(address, Options{}); err != nil {
			t.Errorf("%s is not reached: %v", address, err)
		}
	}
	if permitted("127.0.0.1:9999", Options{AllowLoopback: true}) != nil || permitted("10.0.0.1:443", Options{AllowLoopback: true}) == nil {
		t.Error("the allowance for tests is not that for loopback")
	}
}
