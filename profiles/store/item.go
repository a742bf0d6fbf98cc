package store

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/meridian-api/meridian/platform/precondition"
	"github.com/meridian-api/meridian/profiles"
)

// item is an item of the table: a Region's ledger of an account, or a Region's copy
// of a profile. Part distinguishes them; see ledgerPart and copyPart.
type item struct {
	AccountID string `dynamo:"accountId,hash"`
	Part      string `dynamo:"part,range"`
	// Version is drawn at random by each write of the item.
	Version int64 `dynamo:"version"`

	// Created is the number of profiles that the Region has created, in a ledger.
	Created int64 `dynamo:"created,omitempty"`
	// Deleted has, in a ledger, the number of each Region's last profile that the
	// ledger's Region has deleted. A Region's earlier profiles are deleted as well.
	Deleted map[string]int64 `dynamo:"deleted,omitempty"`

	DisplayName string    `dynamo:"displayName,omitempty"`
	Locale      string    `dynamo:"locale,omitempty"`
	TimeZone    string    `dynamo:"timeZone,omitempty"`
	Links       []link    `dynamo:"links,omitempty"`
	UpdatedAt   time.Time `dynamo:"updatedAt,omitempty"`
	// ContentAt is the stamp of the four attributes before UpdatedAt.
	ContentAt stamp `dynamo:"contentAt,omitempty"`
	// Consents has the decisions on marketing by their stamps: the time at which consent
	// was given in milliseconds since 1970, or 0 for a withdrawal. Several decisions are
	// decisions of several Regions that did not know of each other.
	Consents    map[stamp]int64  `dynamo:"consents,omitempty"`
	Preferences map[string]entry `dynamo:"preferences,omitempty"`
	// Seen has each Region's last stamp that the copy takes into account. A fact with
	// such a stamp that the copy does not have was replaced or removed.
	Seen map[string]stamp `dynamo:"seen,omitempty"`
}

// entry is a preference with its stamp.
type entry struct {
	Value value `dynamo:"value"`
	At    stamp `dynamo:"at"`
}

type link struct {
	Label string `dynamo:"label"`
	URL   string `dynamo:"url"`
}

// stamp identifies a write of a Region and orders the writes of all Regions: 12
// hexadecimal digits, "@", and the Region. The number is the time in milliseconds
// since 1970, or more if the writer has seen a higher number. So a write with knowledge
// of another one has the higher stamp, whatever the clocks say.
type stamp string

func newStamp(number int64, region string) stamp {
	return stamp(fmt.Sprintf("%012x@%s", number, region))
}

func (s stamp) region() string {
	_, region, _ := strings.Cut(string(s), "@")
	return region
}

// number returns the stamp's number, and 0 for the zero stamp.
func (s stamp) number() int64 {
	digits, _, _ := strings.Cut(string(s), "@")
	n, _ := strconv.ParseInt(digits, 16, 64)
	return n
}

// ledgerPart returns the range key of a Region's ledger.
func ledgerPart(region string) string { return "@" + region }

// life identifies a profile from its creation to its deletion: the number-th that a
// Region has created for the account.
type life struct {
	region string
	number int64
}

// copyPart returns the range key of a Region's copy of a profile.
func copyPart(l life, region string) string {
	return l.region + "." + strconv.FormatInt(l.number, 10) + ledgerPart(region)
}

// owner returns the Region that writes the item, and the profile of which it is a
// copy. A ledger has the zero life.
func (i item) owner() (region string, l life) {
	profile, region, _ := strings.Cut(i.Part, "@")
	origin, number, _ := strings.Cut(profile, ".")
	n, _ := strconv.ParseInt(number, 10, 64)
	return region, life{origin, n}
}

// profile returns the profile of merged copies.
func (i item) profile(accountID string) profiles.Profile {
	p := profiles.Profile{
		AccountID:   accountID,
		Content:     profiles.Content{DisplayName: i.DisplayName, Locale: i.Locale, TimeZone: i.TimeZone},
		Preferences: make(profiles.Preferences, len(i.Preferences)),
		UpdatedAt:   i.UpdatedAt.UTC(), Version: i.Version,
	}
	p.MarketingConsentAt = i.consentAt()
	p.MarketingConsent = !p.MarketingConsentAt.IsZero()
	for _, l := range i.Links {
		p.Links = append(p.Links, profiles.Link(l))
	}
	for name, e := range i.Preferences {
		p.Preferences[name] = profiles.Preference(e.Value)
	}
	return p
}

// consentAt returns the time at which consent was given, or the zero time if a
// decision withdraws it. Of several times it returns the earliest.
func (i item) consentAt() time.Time {
	var first int64
	for _, at := range i.Consents {
		if at == 0 {
			return time.Time{}
		}
		if first == 0 || at < first {
			first = at
		}
	}
	if first == 0 {
		return time.Time{}
	}
	return time.UnixMilli(first).UTC()
}

// setContent replaces the content, and records a decision on marketing if it changes.
func (i *item) setContent(c profiles.Content, at stamp, now time.Time) {
	i.DisplayName, i.Locale, i.TimeZone, i.Links, i.ContentAt = c.DisplayName, c.Locale, c.TimeZone, nil, at
	for _, l := range c.Links {
		i.Links = append(i.Links, link(l))
	}
	switch given := !i.consentAt().IsZero(); {
	case c.MarketingConsent && !given:
		i.Consents = map[stamp]int64{at: now.UnixMilli()}
	case !c.MarketingConsent && (given || len(i.Consents) == 0):
		i.Consents = map[stamp]int64{at: 0}
	}
}

// merge sets and removes preferences.
func (i *item) merge(m profiles.Merge, at stamp) {
	for name, p := range m {
		if delete(i.Preferences, name); p != nil {
			i.Preferences[name] = entry{value(*p), at}
		}
	}
}

// next returns a stamp of the Region that is higher than all that the copies have seen.
func (i item) next(region string, now time.Time) stamp {
	number := now.UnixMilli()
	for _, seen := range i.Seen {
		number = max(number, seen.number()+1)
	}
	return newStamp(number, region)
}

// written returns the merged copies as the item that the Region writes.
func (i item) written(accountID, part string, at stamp, now time.Time) item {
	i.AccountID, i.Part, i.Version, i.UpdatedAt = accountID, part, precondition.NewVersion(), now
	i.Seen[at.region()] = at
	return i
}

// value is the attribute of a preference: a BOOL, N or S.
type value profiles.Preference

// UnmarshalDynamo implements dynamo.Unmarshaler.
func (v *value) UnmarshalDynamo(from types.AttributeValue) error {
	switch from := from.(type) {
	case *types.AttributeValueMemberBOOL:
		v.Boolean = &from.Value
	case *types.AttributeValueMemberN:
		n, err := strconv.ParseFloat(from.Value, 64)
		v.Number = &n
		return err
	case *types.AttributeValueMemberS:
		v.Text = &from.Value
	default:
		return fmt.Errorf("a preference has the unexpected type %T", from)
	}
	return nil
}

// MarshalDynamo implements dynamo.Marshaler.
func (v value) MarshalDynamo() (types.AttributeValue, error) {
	switch {
	case v.Boolean != nil:
		return &types.AttributeValueMemberBOOL{Value: *v.Boolean}, nil
	case v.Number != nil:
		return &types.AttributeValueMemberN{Value: strconv.FormatFloat(*v.Number, 'g', -1, 64)}, nil
	}
	return &types.AttributeValueMemberS{Value: *v.Text}, nil
}
