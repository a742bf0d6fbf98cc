# A context's tables. A table and all its replicas are one resource in one state: two
# states would revert each other's changes to the global table.

locals {
  declared = module.settings.context.tables
  strong   = module.settings.strong
  ordinary = module.settings.ordinary

  # A table that is declared as strongly consistent is an ordinary table of the home in an
  # environment of one Region, under a name of its own. While deploy:claims copies its items,
  # both exist.
  is_declared_strong = { for name, t in local.declared : name => try(t.consistency == "strong", false) }
  is_ordinary        = { for name in keys(local.declared) : "${name}${local.ordinary.suffix}" => true if local.is_declared_strong[name] && local.ordinary.exist }
  tables = merge(
    { for name, t in local.declared : name => t if !local.is_declared_strong[name] || length(local.strong.replicas) != 0 },
    { for name, t in local.declared : "${name}${local.ordinary.suffix}" => t if local.is_declared_strong[name] && local.ordinary.exist },
  )

  # A strongly consistent table has the environment's members, which do not follow the
  # Regions that serve.
  is_strong = { for name, t in local.tables : name => try(local.is_declared_strong[name], false) }
  replicas = {
    for name, t in local.tables :
    name => [for r in(local.is_strong[name] ? local.strong.replicas : local.settings.regions) : r if r != local.settings.home && !contains(keys(local.is_ordinary), name)]
  }

  # The Regions that serve and have a replica.
  table_regions = { for name, others in local.replicas : name => [for r in local.settings.regions : r if contains(concat([local.settings.home], others), r)] }

  # The attributes of the keys, each once: DynamoDB refuses any other.
  keys = {
    for name, t in local.tables : name => merge([
      for k in concat(
        [t.hashKey, try(t.rangeKey, null)],
        flatten([for i in values(t.indexes) : [i.hashKey, try(i.rangeKey, null)]]),
      ) : { (k.name) = k.type } if k != null
    ]...)
  }
}

# The root global creates one in each Region. AWS chooses the id, so it is looked up by
# the alias.
data "aws_kms_alias" "environment" {
  for_each = toset(module.settings.lean ? [] : concat(local.settings.regions, local.strong.replicas))
  region   = each.key

  name = module.settings.names.key_alias
}

resource "aws_dynamodb_table" "table" {
  for_each = local.tables
  region   = local.settings.home

  name                        = module.settings.names.tables[each.key]
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = each.value.hashKey.name
  range_key                   = try(each.value.rangeKey.name, null)
  deletion_protection_enabled = local.settings.protect && !(contains(keys(local.is_ordinary), each.key) && local.ordinary.phase == "switched")

  # Global tables replicate through the stream. It is on with a single Region too, so that
  # a second Region changes nothing but the replicas.
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  dynamic "attribute" {
    for_each = local.keys[each.key]

    content {
      name = attribute.key
      type = attribute.value
    }
  }

  # This limits the cost of a flood of requests. Replicas have the same limit.
  on_demand_throughput {
    max_read_request_units  = local.settings.tables.maxReadUnits
    max_write_request_units = local.settings.tables.maxWriteUnits
  }

  dynamic "global_secondary_index" {
    for_each = each.value.indexes

    content {
      name               = global_secondary_index.key
      hash_key           = global_secondary_index.value.hashKey.name
      range_key          = try(global_secondary_index.value.rangeKey.name, null)
      projection_type    = global_secondary_index.value.projection
      non_key_attributes = try(global_secondary_index.value.include, null)

      on_demand_throughput {
        max_read_request_units  = local.settings.tables.maxReadUnits
        max_write_request_units = local.settings.tables.maxWriteUnits
      }
    }
  }

  dynamic "ttl" {
    for_each = compact([try(each.value.ttl, "")])

    content {
      attribute_name = ttl.value
      enabled        = true
    }
  }

  point_in_time_recovery {
    enabled                 = true
    recovery_period_in_days = local.settings.tables.recoveryDays
  }

  # Without the block, DynamoDB encrypts with a key of its own, which costs nothing.
  dynamic "server_side_encryption" {
    for_each = module.settings.lean ? [] : [data.aws_kms_alias.environment[local.settings.home].target_key_arn]

    content {
      enabled     = true
      kms_key_arn = server_side_encryption.value
    }
  }

  # Recovery, deletion protection and tags are off in a replica unless set here, whatever
  # the table has.
  dynamic "replica" {
    for_each = local.replicas[each.key]

    content {
      region_name                 = replica.value
      consistency_mode            = local.is_strong[each.key] ? "STRONG" : "EVENTUAL"
      kms_key_arn                 = module.settings.lean ? null : data.aws_kms_alias.environment[replica.value].target_key_arn
      point_in_time_recovery      = true
      deletion_protection_enabled = local.settings.protect
      propagate_tags              = true
    }
  }
  # The witness has no data, and costs nothing.
  dynamic "global_table_witness" {
    for_each = local.is_strong[each.key] ? compact([local.strong.witness]) : []

    content {
      region_name = global_table_witness.value
    }
  }
}
