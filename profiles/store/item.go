package store

import (
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/meridian-api/meridian/profiles"
)

// item is a profile as DynamoDB holds it. Whether there is consent to
// marketing is not held apart from its time, so that the two cannot disagree.
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

// value is a preference as DynamoDB holds it: a plain BOOL, N or S.
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
		return fmt.Errorf("a preference is held as %T", from)
	}
	return nil
}

// attribute is what UnmarshalDynamo undoes, with its type in DynamoDB's terms.
func attribute(p profiles.Preference) (kind string, v types.AttributeValue) {
	switch {
	case p.Boolean != nil:
		return "BOOL", &types.AttributeValueMemberBOOL{Value: *p.Boolean}
	case p.Number != nil:
		return "N", &types.AttributeValueMemberN{Value: strconv.FormatFloat(*p.Number, 'g', -1, 64)}
	}
	return "S", &types.AttributeValueMemberS{Value: *p.Text}
}
