output "tables" {
  description = "ARNs of the tables and their replicas, by table and Region."
  value = {
    for name, t in aws_dynamodb_table.table :
    name => merge({ (local.settings.home) = t.arn }, { for r in t.replica : r.region_name => r.arn })
  }
}
