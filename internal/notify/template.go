package notify

import "net/url"

// Template names a kind of letter. Its texts have the keys mail.<template>.subject, .body and .action.
type Template string

// Topic is what people can choose to hear of, and where.
type Topic string

// The closed set of topics. Of Security and Account nobody can choose not to hear.
const (
	Security  Topic = "security" // never on the bell: such letters hold secrets or go to another address
	Account   Topic = "account"
	Bookings  Topic = "bookings"
	Reminders Topic = "reminders"
	Messages  Topic = "messages"
	Quotes    Topic = "quotes"
	Reviews   Topic = "reviews"
)

// All letters that there are. Those about a booking get the arguments ID, Customer, Provider, Service, Start and Price, and where they
// apply Reason, Proposed and Refund; what others get stands beside them.
const (
	VerifyEmail        Template = "verify_email"   // token
	ResetPassword      Template = "reset_password" // token
	PasswordChanged    Template = "password_changed"
	SignInLocked       Template = "sign_in_locked"
	ChangeEmail        Template = "change_email"  // token, Email; goes to the new address
	EmailChanged       Template = "email_changed" // Email; goes to the old address
	SecondFactorOn     Template = "second_factor_on"
	SecondFactorOff    Template = "second_factor_off"
	RecoveryCodeUsed   Template = "recovery_code_used" // Left
	PasskeyAdded       Template = "passkey_added"      // Passkey
	AccountErased      Template = "account_erased"     // goes to the address the account had
	BookingRequested   Template = "booking_requested"
	BookingInstant     Template = "booking_instant"
	BookingConfirmed   Template = "booking_confirmed"
	BookingDeclined    Template = "booking_declined"
	BookingSlotTaken   Template = "booking_slot_taken"
	BookingExpired     Template = "booking_expired"
	BookingWithdrawn   Template = "booking_withdrawn"
	BookingCompleted   Template = "booking_completed"
	BookingNoShow      Template = "booking_no_show"
	BookingCancelled   Template = "booking_cancelled"
	RescheduleProposed Template = "reschedule_proposed"
	Rescheduled        Template = "rescheduled"
	RescheduleDeclined Template = "reschedule_declined"
	ReminderDay        Template = "reminder_day"     // a day before; also Other, the name of the other side
	ReminderSoon       Template = "reminder_soon"    // two hours before; also Other
	MessageReceived    Template = "message_received" // Sender, Excerpt
	ReviewPublished    Template = "review_published" // Reviewer, Stars, Service, Excerpt
	ReviewReplied      Template = "review_replied"   // ID, Provider, Excerpt
	ReviewRemoved      Template = "review_removed"   // ID, Service, Reason
	QuotePosted        Template = "quote_posted"     // ID, Title, City, Customer
	QuoteOffered       Template = "quote_offered"    // ID, Title, Provider, Price, Start
	QuoteCountered     Template = "quote_countered"  // ID, Title, Sender, Price, Start
	QuoteAccepted      Template = "quote_accepted"   // ID of the booking, Title, Sender, Price, Start
	QuoteDeclined      Template = "quote_declined"   // ID, Title, Sender
	QuoteClosed        Template = "quote_closed"     // ID, Title: another offer was taken, or the job withdrawn or expired
	DisputeOpened      Template = "dispute_opened"   // ID, Service, Sender, Reason
	DisputeMessage     Template = "dispute_message"  // ID, Service, Sender, Excerpt
	DisputeDecided     Template = "dispute_decided"  // ID, Service, Refund, Reason
	DocumentsApproved  Template = "documents_approved"
	DocumentsRejected  Template = "documents_rejected" // Reason
	PaymentReceived    Template = "payment_received"   // also Amount; to the customer
	RefundSent         Template = "refund_sent"        // also Amount; to the customer
	PaymentMissing     Template = "payment_missing"    // to both sides
	SanctionWarned     Template = "sanction_warned"    // Reason
	SanctionSuspended  Template = "sanction_suspended" // Reason, Until
	SanctionBanned     Template = "sanction_banned"    // Reason
	SanctionLifted     Template = "sanction_lifted"
	BankAccountChanged Template = "bank_account_changed" // IBAN, masked
	PayoutSent         Template = "payout_sent"          // Amount, IBAN
	PayoutReturned     Template = "payout_returned"      // Amount, IBAN
)

// key is where a part of the template's text is kept.
func (t Template) key(part string) string { return "mail." + string(t) + "." + part }

// template is what a letter is about, and the page below /<language> that its button leads to.
type template struct {
	topic   Topic
	page    func(args map[string]any) string
	gathers bool // comes in bursts: while one is unread, the next ones about the same thing join it, and only one in ten minutes is mailed
}

var templates = map[Template]template{
	VerifyEmail:        {topic: Security, page: tokenPage("/verify-email")},
	ResetPassword:      {topic: Security, page: tokenPage("/reset-password")},
	PasswordChanged:    {topic: Security, page: fixedPage("/forgotten-password")},
	SignInLocked:       {topic: Security, page: fixedPage("/forgotten-password")},
	ChangeEmail:        {topic: Security, page: tokenPage("/account/confirm-email")},
	EmailChanged:       {topic: Security, page: fixedPage("/forgotten-password")},
	SecondFactorOn:     {topic: Security, page: fixedPage("/account/security")},
	SecondFactorOff:    {topic: Security, page: fixedPage("/account/security")},
	RecoveryCodeUsed:   {topic: Security, page: fixedPage("/account/security")},
	PasskeyAdded:       {topic: Security, page: fixedPage("/account/security")},
	AccountErased:      {topic: Security, page: fixedPage("")},
	BookingRequested:   {topic: Bookings, page: bookingPage},
	BookingInstant:     {topic: Bookings, page: bookingPage},
	BookingConfirmed:   {topic: Bookings, page: bookingPage},
	BookingDeclined:    {topic: Bookings, page: fixedPage("/search")},
	BookingSlotTaken:   {topic: Bookings, page: fixedPage("/search")},
	BookingExpired:     {topic: Bookings, page: fixedPage("/search")},
	BookingWithdrawn:   {topic: Bookings, page: bookingPage},
	BookingCompleted:   {topic: Bookings, page: bookingPage},
	BookingNoShow:      {topic: Bookings, page: bookingPage},
	BookingCancelled:   {topic: Bookings, page: bookingPage},
	RescheduleProposed: {topic: Bookings, page: bookingPage},
	Rescheduled:        {topic: Bookings, page: bookingPage},
	RescheduleDeclined: {topic: Bookings, page: bookingPage},
	ReminderDay:        {topic: Reminders, page: bookingPage},
	ReminderSoon:       {topic: Reminders, page: bookingPage},
	MessageReceived:    {topic: Messages, page: bookingPage, gathers: true},
	ReviewPublished:    {topic: Reviews, page: fixedPage("/reviews")},
	ReviewReplied:      {topic: Reviews, page: bookingPage},
	ReviewRemoved:      {topic: Reviews, page: bookingPage},
	QuotePosted:        {topic: Quotes, page: quotePage},
	QuoteOffered:       {topic: Quotes, page: quotePage},
	QuoteCountered:     {topic: Quotes, page: quotePage},
	QuoteAccepted:      {topic: Quotes, page: bookingPage},
	QuoteDeclined:      {topic: Quotes, page: quotePage},
	QuoteClosed:        {topic: Quotes, page: quotePage},
	DisputeOpened:      {topic: Account, page: disputePage},
	DisputeMessage:     {topic: Account, page: disputePage, gathers: true},
	DisputeDecided:     {topic: Account, page: disputePage},
	DocumentsApproved:  {topic: Account, page: fixedPage("/provider/documents")},
	DocumentsRejected:  {topic: Account, page: fixedPage("/provider/documents")},
	PaymentReceived:    {topic: Bookings, page: bookingPage},
	RefundSent:         {topic: Bookings, page: bookingPage},
	PaymentMissing:     {topic: Bookings, page: bookingPage},
	SanctionWarned:     {topic: Account, page: fixedPage("/account")},
	SanctionSuspended:  {topic: Account, page: fixedPage("/account")},
	SanctionBanned:     {topic: Account, page: fixedPage("")},
	SanctionLifted:     {topic: Account, page: fixedPage("/account")},
	BankAccountChanged: {topic: Account, page: fixedPage("/provider/earnings/account")},
	PayoutSent:         {topic: Account, page: fixedPage("/provider/earnings")},
	PayoutReturned:     {topic: Account, page: fixedPage("/provider/earnings/account")},
}

func fixedPage(path string) func(map[string]any) string {
	return func(map[string]any) string { return path }
}

func tokenPage(path string) func(map[string]any) string {
	return func(args map[string]any) string { return path + "?token=" + url.QueryEscape(text(args, "token")) }
}

// text is an argument, or "" where whoever calls has forgotten it: a button that leads nowhere is better than no letter.
func text(args map[string]any, name string) string {
	value, _ := args[name].(string)
	return value
}

func bookingPage(args map[string]any) string { return "/bookings/" + text(args, "ID") }

func quotePage(args map[string]any) string { return "/quotes/" + text(args, "ID") }

func disputePage(args map[string]any) string { return "/disputes/" + text(args, "ID") }
