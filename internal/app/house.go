package app

import (
	"errors"
	"fmt"

	"khadamat/internal/finance/payout"
)

// house is who pays providers and writes invoices.
func (c *Config) house() payout.House {
	if c.HouseName == "" {
		return payout.DefaultHouse
	}
	iban, _ := payout.ParseIBAN(c.HouseIBAN)
	return payout.House{Name: c.HouseName, Address: c.HouseAddress, IBAN: iban, BIC: c.HouseBIC, ICE: c.HouseICE, IF: c.HouseIF, RC: c.HouseRC}
}

func (c *Config) validateHouse() error {
	if c.HouseName == "" {
		if c.HouseIBAN != "" || c.HouseBIC != "" {
			return errors.New("house: give house-name with house-iban and house-bic")
		}
		return nil
	}
	if _, ok := payout.ParseIBAN(c.HouseIBAN); !ok {
		return fmt.Errorf("house IBAN %q: give the company's IBAN, such as %s", c.HouseIBAN, payout.GroupIBAN(payout.DefaultHouse.IBAN))
	}
	if len(c.HouseBIC) != 8 && len(c.HouseBIC) != 11 {
		return fmt.Errorf("house BIC %q: give the 8 or 11 characters of its bank's BIC", c.HouseBIC)
	}
	return nil
}
