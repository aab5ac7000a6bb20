import type { Component } from 'svelte';
import type { SvelteHTMLElements } from 'svelte/elements';
import type { Section } from '../../../health/fhir/display-model.ts';
import ActivityIcon from '~icons/lucide/activity';
import AllergyIcon from '~icons/lucide/shield-alert';
import BabyIcon from '~icons/lucide/baby';
import CalendarIcon from '~icons/lucide/calendar-days';
import CardIcon from '~icons/lucide/credit-card';
import ClaimIcon from '~icons/lucide/receipt';
import DeviceIcon from '~icons/lucide/cpu';
import DirectiveIcon from '~icons/lucide/signature';
import DocumentIcon from '~icons/lucide/file-text';
import FunctionIcon from '~icons/lucide/accessibility';
import OtherIcon from '~icons/lucide/ellipsis';
import PillIcon from '~icons/lucide/pill';
import PlanIcon from '~icons/lucide/clipboard-list';
import ProblemIcon from '~icons/lucide/heart-pulse';
import ProcedureIcon from '~icons/lucide/scissors';
import ResultIcon from '~icons/lucide/test-tube';
import SocialIcon from '~icons/lucide/users';
import SyringeIcon from '~icons/lucide/syringe';

export const SECTION_ICONS: Record<Section, Component<SvelteHTMLElements['svg']>> = {
  problems: ProblemIcon,
  allergies: AllergyIcon,
  medications: PillIcon,
  immunizations: SyringeIcon,
  results: ResultIcon,
  'vital-signs': ActivityIcon,
  procedures: ProcedureIcon,
  devices: DeviceIcon,
  'social-history': SocialIcon,
  pregnancy: BabyIcon,
  'functional-status': FunctionIcon,
  'care-plans': PlanIcon,
  encounters: CalendarIcon,
  documents: DocumentIcon,
  coverage: CardIcon,
  claims: ClaimIcon,
  directives: DirectiveIcon,
  other: OtherIcon,
};
