/** Who may do what, and why not: the policy's answers. What somebody may (not) do is mostly a command, as typed. */
export const policy = {
  mayNot: (person: string, what: string): string => `${person} may not ${what}.`,
  mayNotNow: (person: string, what: string, why: string): string => `${person} may not ${what} now: ${why}.`,
  may: (person: string, what: string, why: string): string => `${person} may ${what}: ${why}.`,
  ask: (whom: string): string => `Ask: ${whom}.`,
  nobodyMay: 'No rule of policy.yaml lets anybody.',
  foreignTeam: (team: string): string =>
    `${team === '' ? 'Your Slack workspace' : `Your Slack workspace \`${team}\``} does not count here: if it should, have it listed under \`slackTeams\` in policy.yaml.`,
  notListed: (identity: string, field: string): string =>
    `You are not in policy.yaml: have \`${identity}\` added to \`${field}\` of your entry under \`people\`.`,
  /** What is done with verbs that only read, behind "may". */
  doing: {
    help: 'ask for help',
    whoami: 'ask who they are',
    inventory: 'list the inventory',
    runs: 'list runs',
    locks: 'list locks',
    alerts: 'list alerts',
    policy: 'check the policy for others',
    reviews: 'list reviews',
    audit: 'audit',
    digest: 'read the digest',
    totp: 'use one-time codes',
    breakGlass: (plan: string): string => `break the glass for ${plan}`,
    forgetCodes: (person: string): string => `have the one-time codes of ${person} forgotten`,
    decide: (verb: string, plan: string, run: string): string => `${verb} ${plan} (run ${run})`,
  },
  grants: {
    everybody: 'it is open to everybody',
    rule: (rule: number, role: string): string => `rule ${rule} grants it to ${role}`,
    reader: 'whoever is logged in on install-01 may look',
    votes: (impact: string): string => `approvals count theirs for impact ${impact}`,
    steers: 'it is for whoever may start such a run, or whom a rule grants it',
    resets: 'totp.resetBy lists them',
  },
  decidedAlready: (person: string, what: string): string =>
    `${person} may ${what}, and it would change nothing: it was decided so already.`,
  breaksGlass: 'As breakGlass lists them it goes ahead alone; the ops channel is told, and somebody else reviews it.',
  noApproval: 'It needs no approval.',
  needs: (approvals: number, by: string, within: string): string =>
    `If it changes anything it needs ${approvals} ${approvals === 1 ? 'approval' : 'approvals'} by ${by} within ${within}; their own does not count.`,
  wouldWait: (lock: string, holder: string, since: string, reason: string): string =>
    `It would wait for the lock ${lock}, held by ${holder} since ${since}: ${reason}.`,
  runOf: (run: string, owner: string): string => `run ${run} of ${owner}`,
  inVain: (approvals: number, able: number): string =>
    `If it changes anything it needs ${approvals} ${approvals === 1 ? 'approval' : 'approvals'}, and ${able === 0 ? 'nobody' : `only ${able}`} beside you may approve: it would wait in vain.`,
  nobodyBreaks: (what: string): string => `Nobody may ${what}: it can lose data or redundancy.`,
  withoutGlass: 'Ask for it without --break-glass, with its approvals; policy.yaml allows no more under breakGlass.',
  notOwnCodes: 'Nobody may have their own one-time codes forgotten.',
  newCodes: 'Type `totp enrol --code <code>` for new ones; if you lost them, somebody else has to forget them.',
  frozenBy: (person: string, since: string, reason: string): string =>
    `Everything is frozen by ${person} since ${since}${reason === '' ? '' : `: ${reason}`}.`,
  untilLifted: 'Wait until it is lifted: `unfreeze`.',
  window: (name: string, until: string): string => `The freeze window "${name}" is open until ${until}.`,
  untilWindow: 'Wait until it ends.',
  nothingBegins: (why: string, command: string): string =>
    `${why} So nothing that changes anything begins: ${command}.`,
  thenAgain: (fix: string): string => `${fix} Then ask again.`,
  emergency: (whom: string, command: string): string => `In an emergency (${whom}): ${command} --break-glass <reason>`,
  ownHost: (verb: string, host: string): string => `The bot does not ${verb} ${host}: it runs there itself.`,
  ownHostFix: "Do it in Hetzner's console, or on the host: runs go on afterwards.",
  noEmergency: (module: string): string => `The module \`${module}\` has no \`failover --emergency\`.`,
  noEmergencyHost: (host: string, module: string): string =>
    `\`${host}\` is no host that a primary of ${module} could be lost with.`,
  statusNames: (module: string): string => `status ${module} names them.`,
};

/** Refusals of a decision on a run, a lock, an alert or a freeze: the state of things forbids it. */
export const decisions = {
  someone: 'someone',
  cancelled: (run: string, who: string): string => `Run ${run} was cancelled by ${who}.`,
  askAgain: (command: string): string => `Ask again: ${command}`,
  startAgain: (command: string): string => `Start it again: ${command}`,
  seeIt: (run: string): string => `See it: show ${run}`,
  waitsForNone: (run: string): string => `Run ${run} waits for no approval.`,
  outdated: (run: string): string => `What you saw of run ${run} is no longer what it would do.`,
  newestPrompt: 'Look at the newest prompt and decide on that.',
  newestPreview: 'Read the newest preview in the thread and decide on the message as it is now.',
  approvedAlready: (run: string, who: string): string => `Run ${run} was already approved by ${who}.`,
  deniedAlready: (run: string, who: string): string => `Run ${run} was already denied by ${who}.`,
  reviewedAlready: (run: string, who: string): string => `Run ${run} was already reviewed by ${who}.`,
  voided: (run: string, why: string): string => `The approval of run ${run} was voided: ${why}.`,
  newPrompt: 'A new prompt follows.',
  expired: (run: string, at: string): string => `The approval of run ${run} expired at ${at}.`,
  ownApproval: (run: string): string => `You asked for run ${run} yourself, so your approval does not count.`,
  askApprover: 'Ask somebody else who may approve it.',
  ended: (run: string): string => `Run ${run} has ended already.`,
  interrupted: (run: string): string =>
    `Run ${run} is interrupted: something may be half done, so it can't just be cancelled.`,
  resumeOrAbandon: (run: string): string => `Go on with it: resume ${run}, or leave it as it is: abandon ${run}`,
  notInterrupted: (run: string, status: string): string => `Run ${run} is not interrupted (${status}).`,
  nothingToResume: (run: string, status: string): string =>
    `Run ${run} is not interrupted (${status}), so there is nothing to resume.`,
  nothingToAbandon: 'There is nothing left to abandon.',
  stopIt: (run: string): string => `Stop it between steps: cancel ${run}`,
  brokeNoGlass: (run: string): string => `Run ${run} broke no glass.`,
  seeReviews: 'See those that did: reviews',
  notOver: (run: string, status: string): string => `Run ${run} is not over (${status}).`,
  reviewAfterwards: 'Review it when it has ended.',
  ownReview: (run: string): string => `You asked for run ${run} yourself, so your review does not count.`,
  askReviewer: 'Ask somebody else who may approve such runs.',
  lockHeld: (lock: string, who: string, since: string, reason: string): string =>
    `Lock ${lock} is held by ${who} since ${since}: ${reason}.`,
  askToUnlock: (owner: string): string => `Ask ${owner} to unlock it, or steal it with an approval.`,
  notFrozen: 'Nothing is frozen by hand.',
  windowEnds: 'A freeze window of policy.yaml ends by itself; `locks` shows what holds.',
  overtaken: 'This came before, and what it would change now is newer: nothing was changed this time.',
  stillMeant: 'See what holds now, and type it again if you still mean it.',
  noAlert: (name: string): string => `Nothing alerts under the name ${name}.`,
  alertsShows: 'Type `alerts` to see what is open.',
  alertOver: (name: string): string => `The alert ${name} is not open any more.`,
  alertNow: (name: string): string => `Now it is ${name}.`,
  notSilenced: (name: string): string => `${name} is not silenced.`,
  alertsShowsSilent: 'Type `alerts` to see what is.',
  foreignClick: (run: string): string =>
    `Run ${run} is not reported in this channel, so no button of it can stand here.`,
  ownMessage: (run: string): string => `Decide on the run's own message, or type: show ${run}`,
};

/** Why it is not known which Slack user groups somebody is in; no full stop at the end. */
export const groups = {
  fromTerminal: 'the terminal has no Slack token and can not ask who is in a Slack user group',
  fromTerminalFix: 'Type it in Slack, or have the role given to you by name in policy.yaml',
  ownAccount: 'Have your own full account added to the group',
};

/** Refusals around one-time codes. */
export const codes = {
  again: 'Wait for the next code of your app.',
  notEnrolled: 'You have no one-time codes yet.',
  enrol: 'Type `totp enrol` and follow it, then try again.',
  required: 'It takes a one-time code.',
  sixDigits: 'A one-time code has six digits.',
  tooMany: 'Too many wrong one-time codes were tried.',
  waitFor: (minutes: number): string =>
    `Wait for ${minutes} minutes from the first of them. If it was not you who tried, tell an admin.`,
  wrong: 'The one-time code is wrong.',
  used: 'This one-time code was used already.',
  notPending: 'No enrolment waits for a code.',
  enrolAgain: (minutes: number): string => `Type \`totp enrol\`; it waits ${minutes} minutes for its first code.`,
  none: (person: string): string => `${person} has no one-time codes.`,
  nothingToForget: 'There is nothing to forget.',
  ofTheOneYouHave: '<code of the one you have>',
};
