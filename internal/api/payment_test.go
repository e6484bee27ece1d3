package api

import (
	"net/http"
	"strings"
	"testing"
)

func TestThePaymentOfABookingIsSeenAndChosenByItsCustomer(t *testing.T) {
	h := newHouse(t)
	document, _ := readDocument(t, h)
	b := h.book(t, h.instant, 1)
	path := "/bookings/" + b.ID + "/payment"
	customer, provider, stranger := h.signedIn(t, h.customer), h.signedIn(t, h.provider), h.signedIn(t, h.stranger)
	stranger.send(http.MethodGet, path, "", "").problem(http.StatusNotFound)
	var seen Payment
	customer.get(path).want(http.StatusOK).into(&seen)
	if seen.Status != "awaiting" || !seen.MayPay || seen.Amount != seen.Price || len(seen.Choices) != 2 {
		t.Fatalf("the customer sees %+v", seen)
	}
	var value any
	provider.get(path).want(http.StatusOK).into(&value)
	document.compare(t, path, value, document.Paths["/bookings/{id}/payment"]["get"].Responses["200"].Content["application/json"].Schema)
	provider.send(http.MethodPut, path+"/method", "application/json", `{"method":"cash"}`).problem(http.StatusForbidden)
	customer.send(http.MethodPut, path+"/method", "application/json", `{"method":"cheque"}`).problem(http.StatusUnprocessableEntity)
	customer.send(http.MethodPut, path+"/method", "application/json", `{"method":"deposit"}`).want(http.StatusOK).into(&seen)
	if seen.Method != "deposit" || seen.Amount.AmountMinor*5 != seen.Price.AmountMinor {
		t.Fatalf("a deposit is %+v", seen)
	}
	var page, again Checkout
	customer.post(path+"/checkout", nil).want(http.StatusOK).into(&page)
	customer.post(path+"/checkout", nil).want(http.StatusOK).into(&again)
	if !strings.HasPrefix(page.URL, "https://pay.example/") || again != page {
		t.Fatalf("the customer pays at %q, then at %q", page.URL, again.URL)
	}
	provider.send(http.MethodPut, "/provider/payment-terms", "application/json", `{"cash":false}`).want(http.StatusNoContent)
	var terms PaymentTerms
	provider.get("/provider/payment-terms").want(http.StatusOK).into(&terms)
	if terms.Cash {
		t.Error("cash is still allowed")
	}
	customer.send(http.MethodPut, path+"/method", "application/json", `{"method":"cash"}`).problem(http.StatusForbidden)
	customer.get("/provider/payment-terms").problem(http.StatusNotFound)
}
