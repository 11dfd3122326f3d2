import { z } from 'zod';

// Slack's constraints of an app manifest, as far as ours has fields: written down from the JSON schema 2.0.0 that Slack
// publishes in github.com/slackapi/manifest-schema (MIT; as of 085a10465ae9). Slack refuses fields it does not know.

const text = (max: number, min = 1) => z.string().min(min).max(max);
const url = (max: number) =>
  z
    .string()
    .regex(/^https?:\/\//)
    .max(max);
const names = z.array(z.string().max(50));
const unique = <T extends z.ZodType>(list: z.ZodArray<T>) =>
  list.refine((values) => new Set(values.map((each) => JSON.stringify(each))).size === values.length, 'is not unique');

const Features = z.strictObject({
  app_home: z
    .strictObject({
      home_tab_enabled: z.boolean().optional(),
      messages_tab_enabled: z.boolean().optional(),
      messages_tab_read_only_enabled: z.boolean().optional(),
    })
    .optional(),
  bot_user: z.strictObject({ display_name: text(80), always_online: z.boolean().optional() }).optional(),
  shortcuts: z
    .array(
      z.strictObject({
        name: text(24),
        type: z.enum(['message', 'global']),
        callback_id: text(255),
        description: text(150),
      }),
    )
    .min(1)
    .max(10)
    .optional(),
  slash_commands: z
    .array(
      z.strictObject({
        command: text(32, 2).regex(/^\//),
        url: url(3000).optional(),
        description: text(2000),
        usage_hint: text(1000).optional(),
        should_escape: z.boolean().optional(),
      }),
    )
    .min(1)
    .max(50)
    .optional(),
});

const Settings = z.strictObject({
  event_subscriptions: z
    .strictObject({
      request_url: url(3500).optional(),
      user_events: unique(names.max(100)).optional(),
      bot_events: unique(names.max(100)).optional(),
    })
    .optional(),
  interactivity: z
    .strictObject({
      is_enabled: z.boolean(),
      request_url: url(3500).optional(),
      message_menu_options_url: url(3500).optional(),
    })
    .optional(),
  org_deploy_enabled: z.boolean().optional(),
  socket_mode_enabled: z.boolean().optional(),
  token_rotation_enabled: z.boolean().optional(),
});

/** What Slack takes as a manifest. */
export const SlackManifest = z.strictObject({
  _metadata: z
    .strictObject({
      major_version: z.number().int().optional(),
      minor_version: z.number().int().optional(),
    })
    .optional(),
  display_information: z.strictObject({
    name: text(35),
    description: text(140).optional(),
    background_color: z
      .string()
      .regex(/^#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?$/)
      .optional(),
    long_description: text(4000, 175).optional(),
  }),
  features: Features.optional(),
  oauth_config: z
    .strictObject({ scopes: z.strictObject({ bot: names.max(255), user: names.max(255).optional() }) })
    .optional(),
  settings: Settings.optional(),
});
export type SlackManifest = z.infer<typeof SlackManifest>;
