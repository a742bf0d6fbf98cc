package api

import (
	"time"

	"github.com/meridian-api/meridian/profiles"
)

// Profile is how a customer wants to be addressed and shown.
type Profile struct {
	// Identifier of the account that the profile belongs to.
	AccountID string `json:"accountId" format:"uuid" example:"7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01"`
	ProfileContent
	// Time at which the customer consented to marketing. Absent without consent. It stays the same while consent is given.
	MarketingConsentAt *time.Time `json:"marketingConsentAt,omitempty" nullable:"false" example:"2026-03-04T19:15:17Z"`
	// Preferences by name.
	Preferences map[string]Preference `json:"preferences" example:"{\"theme\":{\"text\":\"dark\"},\"sound\":{\"boolean\":false}}"`
	// Time of the last change of the profile.
	UpdatedAt time.Time `json:"updatedAt" example:"2026-03-04T19:15:17Z"`
}

// ProfileContent is the part of a profile that putProfile writes.
type ProfileContent struct {
	// Name to address the customer by, on one line. It is public.
	DisplayName string `json:"displayName" minLength:"1" maxLength:"80" format:"line" example:"Ada"`
	// Language and region for texts, as a language tag (BCP 47). The case of its parts does not matter.
	Locale string `json:"locale" maxLength:"35" format:"bcp47" example:"en-CA"`
	// Time zone for dates and times, by its name in the IANA database. An unknown name is refused.
	TimeZone string `json:"timeZone" pattern:"^[A-Z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$" maxLength:"64" example:"America/Toronto"`
	// Links to pages of the customer, in display order. Absent if there are no links.
	Links []Link `json:"links,omitempty" maxItems:"10" example:"[{\"label\":\"Blog\",\"url\":\"https://ada.example.com\"}]"`
	// Whether the customer consents to advertising. The server records the time at which it becomes true.
	MarketingConsent bool `json:"marketingConsent" example:"true"`
}

// Link is a link to a page of the customer.
type Link struct {
	// Text to show for the link, on one line.
	Label string `json:"label" minLength:"1" maxLength:"40" format:"line" example:"Blog"`
	// Address of the page. It must have the scheme https and a host name, and no user name.
	URL string `json:"url" format:"uri" pattern:"^https://[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*(:[0-9]+)?([/?#]|$)" maxLength:"500" example:"https://ada.example.com"`
}

// PublicProfile is the public part of a profile.
type PublicProfile struct {
	// Name to address the customer by.
	DisplayName string `json:"displayName" example:"Ada"`
}

// FromDomain converts a profile to its representation for clients.
func FromDomain(p profiles.Profile) Profile {
	out := Profile{
		AccountID: p.AccountID,
		ProfileContent: ProfileContent{
			DisplayName: p.DisplayName, Locale: p.Locale, TimeZone: p.TimeZone, MarketingConsent: p.MarketingConsent,
		},
		Preferences: FromPreferences(p.Preferences),
		UpdatedAt:   p.UpdatedAt,
	}
	for _, l := range p.Links {
		out.Links = append(out.Links, Link(l))
	}
	if !p.MarketingConsentAt.IsZero() {
		out.MarketingConsentAt = &p.MarketingConsentAt
	}
	return out
}

// Domain converts the content to the domain's type.
func (c ProfileContent) Domain() profiles.Content {
	out := profiles.Content{
		DisplayName: c.DisplayName, Locale: c.Locale, TimeZone: c.TimeZone, MarketingConsent: c.MarketingConsent,
	}
	for _, l := range c.Links {
		out.Links = append(out.Links, profiles.Link(l))
	}
	return out
}
