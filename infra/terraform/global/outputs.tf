output "url" {
  description = "The API, in the nearest healthy Region."
  value       = "https://${local.settings.domain}"
}

# A roll-out compares it with the environment's file before it changes anything.
output "fixed" {
  description = "The settings that cannot change in place."
  value = merge({ for name in ["account", "home", "profile", "zone", "domain"] : name => local.settings[name] },
  { strong = jsonencode(local.settings.strong), system = module.settings.system.name })
}

output "user_pool_id" {
  description = "The user pool."
  value       = aws_cognito_user_pool.users.id
}

output "issuer" {
  description = "The issuer of tokens; their keys are below this URL."
  value       = "https://${aws_cognito_user_pool.users.endpoint}"
}

output "sign_in_url" {
  description = "Where users sign in and clients get tokens."
  value       = "https://${aws_cognito_user_pool_domain.users.domain}.auth.${local.settings.home}.amazoncognito.com"
}

output "clients" {
  description = "Ids of the app clients, by name."
  value = merge(
    { mobile = aws_cognito_user_pool_client.mobile.id },
    { for c in aws_cognito_user_pool_client.machine : "machine" => c.id },
  )
}

output "topics" {
  description = "Topics of the alarms, by Region."
  value       = { for r, t in aws_sns_topic.alarms : r => t.arn }
}
