output "url" {
  description = "The portal."
  value       = "https://${local.settings.portal}"
}
