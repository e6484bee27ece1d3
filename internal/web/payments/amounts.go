package payments

import "khadamat/internal/money"

// rest is what stays of a price.
func rest(price, paid money.Amount) money.Amount {
	return money.Of(price.Minor-paid.Minor, price.Currency)
}

// owed is a debt as what it comes to.
func owed(debt money.Amount) money.Amount { return money.Of(-debt.Minor, debt.Currency) }
