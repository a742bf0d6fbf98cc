package store

import (
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/meridian-api/meridian/profiles"
)

// item is the item of a profile. Consent to marketing is stored only as its
// time, so that consent and time cannot contradict each other.
type item struct {
	AccountID          string           `dynamo:"accountId,hash"`
	DisplayName        string           `dynamo:"displayName"`
	Locale             string           `dynamo:"locale"`
	TimeZone           string           `dynamo:"timeZone"`
	Links              []link           `dynamo:"links"`
	MarketingConsentAt time.Time        `dynamo:"marketingConsentAt"`
	Preferences        map[string]value `dynamo:"preferences"`
	UpdatedAt          time.Time        `dynamo:"updatedAt"`
	Version            int64            `dynamo:"version"`
}

type link struct {
	Label string `dynamo:"label"`
	URL   string `dynamo:"url"`
}

func (i item) profile() profiles.Profile {
	p := profiles.Profile{
		AccountID: i.AccountID,
		Content: profiles.Content{
			DisplayName: i.DisplayName, Locale: i.Locale, TimeZone: i.TimeZone,
			MarketingConsent: !i.MarketingConsentAt.IsZero(),
		},
		Preferences:        make(profiles.Preferences, len(i.Preferences)),
		MarketingConsentAt: i.MarketingConsentAt.UTC(), UpdatedAt: i.UpdatedAt.UTC(), Version: i.Version,
	}
	for _, l := range i.Links {
		p.Links = append(p.Links, profiles.Link(l))
	}
	for name, v := range i.Preferences {
		p.Preferences[name] = profiles.Preference(v)
	}
	return p
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

// attribute returns the attribute of a preference with its type, the inverse of
// UnmarshalDynamo.
func attribute(p profiles.Preference) (kind string, v types.AttributeValue) {
	switch {
	case p.Boolean != nil:
		return "BOOL", &types.AttributeValueMemberBOOL{Value: *p.Boolean}
	case p.Number != nil:
		return "N", &types.AttributeValueMemberN{Value: strconv.FormatFloat(*p.Number, 'g', -1, 64)}
	}
	return "S", &types.AttributeValueMemberS{Value: *p.Text}
}
