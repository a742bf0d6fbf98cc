# The users and clients of the API. There is one user pool, in the home Region, and
# sign-in needs that Region. Every Region checks tokens that are already issued, with
# keys that its gateway has cached.

locals {
  threats = local.settings.signIn.threatProtection

  # A scope that ends in /admin is for machines that act for the company; any other is
  # for a person's own data. The contexts declare the scopes.
  scopes       = sort(flatten([for c in values(module.settings.contexts) : keys(c.scopes)]))
  admin_scopes = [for s in local.scopes : s if endswith(s, "/admin")]
  user_scopes  = [for s in local.scopes : s if !endswith(s, "/admin")]
}

resource "aws_cognito_user_pool" "users" {
  region = local.settings.home

  name                = module.settings.names.user_pool
  deletion_protection = local.settings.protect ? "ACTIVE" : "INACTIVE"

  # Threat protection needs the more expensive tier.
  user_pool_tier = local.threats == "OFF" ? "ESSENTIALS" : "PLUS"

  user_pool_add_ons {
    advanced_security_mode = local.threats
  }

  username_attributes      = ["email"]
  auto_verified_attributes = ["email"]

  lambda_config {
    pre_token_generation_config {
      lambda_arn     = aws_lambda_function.platform["claims"].arn
      lambda_version = "V2_0"
    }
  }

  username_configuration {
    case_sensitive = false
  }

  # A changed address is used only when it is verified, or a typing error would lock its
  # owner out.
  user_attribute_update_settings {
    attributes_require_verification_before_update = ["email"]
  }

  account_recovery_setting {
    recovery_mechanism {
      name     = "verified_email"
      priority = 1
    }
  }

  # Codes come from an authenticator app, never by SMS: a phone number can be taken over.
  mfa_configuration = "OPTIONAL"

  software_token_mfa_configuration {
    enabled = true
  }

  # Length makes a password strong (NIST SP 800-63B).
  password_policy {
    minimum_length                   = 12
    password_history_size            = local.threats == "OFF" ? 0 : 5
    require_lowercase                = true
    require_uppercase                = true
    require_numbers                  = true
    require_symbols                  = false
    temporary_password_validity_days = 3
  }

  # Cognito's own sender sends 50 messages a day, enough for a trial. More need an
  # identity that Amazon SES has verified.
  email_configuration {
    email_sending_account = local.settings.signIn.emailIdentity == "" ? "COGNITO_DEFAULT" : "DEVELOPER"
    source_arn            = local.settings.signIn.emailIdentity == "" ? null : local.settings.signIn.emailIdentity
  }
}

# Cognito refuses a password that is known to have leaked, and does not only log it. It
# compares passwords that it receives, not proofs of them: a sign-in with SRP passes
# unchecked, so the app's client allows it only where nothing is enforced (Amazon Cognito
# developer guide, "Working with compromised-credentials detection").
resource "aws_cognito_risk_configuration" "users" {
  count  = local.threats == "ENFORCED" ? 1 : 0
  region = local.settings.home

  user_pool_id = aws_cognito_user_pool.users.id

  compromised_credentials_risk_configuration {
    event_filter = ["PASSWORD_CHANGE", "SIGN_IN", "SIGN_UP"]

    actions {
      event_action = "BLOCK"
    }
  }
}

# The domain where users sign in and clients get tokens. Its prefix is unique among all
# of AWS's customers in a Region.
resource "aws_cognito_user_pool_domain" "users" {
  region = local.settings.home

  domain       = "${module.settings.names.user_pool}-${local.account}"
  user_pool_id = aws_cognito_user_pool.users.id
}

# A context is a resource server, so that its scopes have the names that its operations
# require, such as accounts/read.
resource "aws_cognito_resource_server" "context" {
  for_each = { for name, c in module.settings.contexts : name => c if length(c.scopes) != 0 }
  region   = local.settings.home

  identifier   = each.key
  name         = each.value.title
  user_pool_id = aws_cognito_user_pool.users.id

  dynamic "scope" {
    for_each = each.value.scopes

    content {
      scope_name        = trimprefix(scope.key, "${each.key}/")
      scope_description = scope.value
    }
  }
}

# The mobile app uses the code grant with PKCE and no secret, since an app cannot keep
# one. Cognito checks a challenge if it receives one but cannot require it: the app must
# send it.
resource "aws_cognito_user_pool_client" "mobile" {
  region = local.settings.home

  name         = "mobile"
  user_pool_id = aws_cognito_user_pool.users.id

  generate_secret                      = false
  allowed_oauth_flows_user_pool_client = true
  allowed_oauth_flows                  = ["code"]
  allowed_oauth_scopes                 = concat(["email", "openid"], local.user_scopes)
  supported_identity_providers         = ["COGNITO"]
  callback_urls                        = local.settings.signIn.callbacks
  logout_urls                          = local.settings.signIn.signOuts
  explicit_auth_flows                  = [local.threats == "ENFORCED" ? "ALLOW_USER_PASSWORD_AUTH" : "ALLOW_USER_SRP_AUTH"]
  prevent_user_existence_errors        = "ENABLED"
  enable_token_revocation              = true

  access_token_validity  = 15
  id_token_validity      = 15
  refresh_token_validity = 30

  token_validity_units {
    access_token  = "minutes"
    id_token      = "minutes"
    refresh_token = "days"
  }

  # A refresh token is valid once, so the use of a stolen one is noticed. A phone that lost
  # the response can repeat the request for a minute, the longest that Cognito allows.
  refresh_token_rotation {
    feature                    = "ENABLED"
    retry_grace_period_seconds = 60
  }

  depends_on = [aws_cognito_resource_server.context]
}

# The back office's systems use client credentials. The secret is in this root's state
# and in Cognito, which is why no other root reads the state.
resource "aws_cognito_user_pool_client" "machine" {
  count  = length(local.admin_scopes) != 0 ? 1 : 0
  region = local.settings.home

  name         = "machine"
  user_pool_id = aws_cognito_user_pool.users.id

  generate_secret                      = true
  allowed_oauth_flows_user_pool_client = true
  allowed_oauth_flows                  = ["client_credentials"]
  allowed_oauth_scopes                 = local.admin_scopes
  explicit_auth_flows                  = ["ALLOW_REFRESH_TOKEN_AUTH"] # Cognito needs at least one; no user signs in here
  prevent_user_existence_errors        = "ENABLED"
  enable_token_revocation              = true

  access_token_validity = 60

  token_validity_units {
    access_token = "minutes"
  }

  depends_on = [aws_cognito_resource_server.context]
}
