/**
 * Elements of the FHIR R4 types that patients' records are made of, as the structure check knows them.
 *
 * One line a type, one word an element: `status!:code` must be there, `category*:CodeableConcept` is a list,
 * `value[x]:Quantity|string` is one of `valueQuantity` and `valueString`, `component*:@` is described under
 * `Observation.component`. Elements that every resource or element has (id, extension...) are left out.
 *
 * @source HL7 FHIR R4 4.0.1, StructureDefinition snapshots (CC0); limits from profiles and terminologies are not here
 */
export const R4_ELEMENTS: Readonly<Record<string, string>> = {
  AllergyIntolerance:
    'identifier*:Identifier clinicalStatus:CodeableConcept verificationStatus:CodeableConcept type:code category*:code criticality:code code:CodeableConcept patient!:Reference encounter:Reference onset[x]:dateTime|Age|Period|Range|string recordedDate:dateTime recorder:Reference asserter:Reference lastOccurrence:dateTime note*:Annotation reaction*:@',
  'AllergyIntolerance.reaction':
    'substance:CodeableConcept manifestation!*:CodeableConcept description:string onset:dateTime severity:code exposureRoute:CodeableConcept note*:Annotation',
  Appointment:
    'identifier*:Identifier status!:code cancelationReason:CodeableConcept serviceCategory*:CodeableConcept serviceType*:CodeableConcept specialty*:CodeableConcept appointmentType:CodeableConcept reasonCode*:CodeableConcept reasonReference*:Reference priority:unsignedInt description:string supportingInformation*:Reference start:instant end:instant minutesDuration:positiveInt slot*:Reference created:dateTime comment:string patientInstruction:string basedOn*:Reference participant!*:@ requestedPeriod*:Period',
  'Appointment.participant': 'type*:CodeableConcept actor:Reference required:code status!:code period:Period',
  Binary: 'contentType!:code securityContext:Reference data:base64Binary url:url',
  Bundle: 'identifier:Identifier type!:code timestamp:instant total:unsignedInt link*:@ entry*:@ signature:Signature',
  'Bundle.link': 'relation!:string url!:uri',
  'Bundle.entry': 'link*:Bundle.link fullUrl:uri resource:Resource search:@ request:@ response:@',
  'Bundle.entry.search': 'mode:code score:decimal',
  'Bundle.entry.request':
    'method!:code url!:uri ifNoneMatch:string ifModifiedSince:instant ifMatch:string ifNoneExist:string',
  'Bundle.entry.response': 'status!:string location:uri etag:string lastModified:instant outcome:OperationOutcome',
  CarePlan:
    'identifier*:Identifier instantiatesCanonical*:canonical instantiatesUri*:uri basedOn*:Reference replaces*:Reference partOf*:Reference status!:code intent!:code category*:CodeableConcept title:string description:string subject!:Reference encounter:Reference period:Period created:dateTime author:Reference contributor*:Reference careTeam*:Reference addresses*:Reference supportingInfo*:Reference goal*:Reference activity*:@ note*:Annotation',
  'CarePlan.activity':
    'outcomeCodeableConcept*:CodeableConcept outcomeReference*:Reference progress*:Annotation reference:Reference detail:@',
  'CarePlan.activity.detail':
    'kind:code instantiatesCanonical*:canonical instantiatesUri*:uri code:CodeableConcept reasonCode*:CodeableConcept reasonReference*:Reference goal*:Reference status!:code statusReason:CodeableConcept doNotPerform:boolean scheduled[x]:Timing|Period|string location:Reference performer*:Reference product[x]:CodeableConcept|Reference dailyAmount:Quantity quantity:Quantity description:string',
  CareTeam:
    'identifier*:Identifier status:code category*:CodeableConcept name:string subject:Reference encounter:Reference period:Period participant*:@ reasonCode*:CodeableConcept reasonReference*:Reference managingOrganization*:Reference telecom*:ContactPoint note*:Annotation',
  'CareTeam.participant': 'role*:CodeableConcept member:Reference onBehalfOf:Reference period:Period',
  Claim:
    'identifier*:Identifier status!:code type!:CodeableConcept subType:CodeableConcept use!:code patient!:Reference billablePeriod:Period created!:dateTime enterer:Reference insurer:Reference provider!:Reference priority!:CodeableConcept fundsReserve:CodeableConcept related*:@ prescription:Reference originalPrescription:Reference payee:@ referral:Reference facility:Reference careTeam*:@ supportingInfo*:@ diagnosis*:@ procedure*:@ insurance!*:@ accident:@ item*:@ total:Money',
  'Claim.related': 'claim:Reference relationship:CodeableConcept reference:Identifier',
  'Claim.payee': 'type!:CodeableConcept party:Reference',
  'Claim.careTeam':
    'sequence!:positiveInt provider!:Reference responsible:boolean role:CodeableConcept qualification:CodeableConcept',
  'Claim.supportingInfo':
    'sequence!:positiveInt category!:CodeableConcept code:CodeableConcept timing[x]:date|Period value[x]:boolean|string|Quantity|Attachment|Reference reason:CodeableConcept',
  'Claim.diagnosis':
    'sequence!:positiveInt diagnosis[x]!:CodeableConcept|Reference type*:CodeableConcept onAdmission:CodeableConcept packageCode:CodeableConcept',
  'Claim.procedure':
    'sequence!:positiveInt type*:CodeableConcept date:dateTime procedure[x]!:CodeableConcept|Reference udi*:Reference',
  'Claim.insurance':
    'sequence!:positiveInt focal!:boolean identifier:Identifier coverage!:Reference businessArrangement:string preAuthRef*:string claimResponse:Reference',
  'Claim.accident': 'date!:date type:CodeableConcept location[x]:Address|Reference',
  'Claim.item':
    'sequence!:positiveInt careTeamSequence*:positiveInt diagnosisSequence*:positiveInt procedureSequence*:positiveInt informationSequence*:positiveInt revenue:CodeableConcept category:CodeableConcept productOrService!:CodeableConcept modifier*:CodeableConcept programCode*:CodeableConcept serviced[x]:date|Period location[x]:CodeableConcept|Address|Reference quantity:Quantity unitPrice:Money factor:decimal net:Money udi*:Reference bodySite:CodeableConcept subSite*:CodeableConcept encounter*:Reference detail*:@',
  'Claim.item.detail':
    'sequence!:positiveInt revenue:CodeableConcept category:CodeableConcept productOrService!:CodeableConcept modifier*:CodeableConcept programCode*:CodeableConcept quantity:Quantity unitPrice:Money factor:decimal net:Money udi*:Reference subDetail*:@',
  'Claim.item.detail.subDetail':
    'sequence!:positiveInt revenue:CodeableConcept category:CodeableConcept productOrService!:CodeableConcept modifier*:CodeableConcept programCode*:CodeableConcept quantity:Quantity unitPrice:Money factor:decimal net:Money udi*:Reference',
  ClaimResponse:
    'identifier*:Identifier status!:code type!:CodeableConcept subType:CodeableConcept use!:code patient!:Reference created!:dateTime insurer!:Reference requestor:Reference request:Reference outcome!:code disposition:string preAuthRef:string preAuthPeriod:Period payeeType:CodeableConcept item*:@ addItem*:@ adjudication*:ClaimResponse.item.adjudication total*:@ payment:@ fundsReserve:CodeableConcept formCode:CodeableConcept form:Attachment processNote*:@ communicationRequest*:Reference insurance*:@ error*:@',
  'ClaimResponse.item': 'itemSequence!:positiveInt noteNumber*:positiveInt adjudication!*:@ detail*:@',
  'ClaimResponse.item.adjudication': 'category!:CodeableConcept reason:CodeableConcept amount:Money value:decimal',
  'ClaimResponse.item.detail':
    'detailSequence!:positiveInt noteNumber*:positiveInt adjudication!*:ClaimResponse.item.adjudication subDetail*:@',
  'ClaimResponse.item.detail.subDetail':
    'subDetailSequence!:positiveInt noteNumber*:positiveInt adjudication*:ClaimResponse.item.adjudication',
  'ClaimResponse.addItem':
    'itemSequence*:positiveInt detailSequence*:positiveInt subdetailSequence*:positiveInt provider*:Reference productOrService!:CodeableConcept modifier*:CodeableConcept programCode*:CodeableConcept serviced[x]:date|Period location[x]:CodeableConcept|Address|Reference quantity:Quantity unitPrice:Money factor:decimal net:Money bodySite:CodeableConcept subSite*:CodeableConcept noteNumber*:positiveInt adjudication!*:ClaimResponse.item.adjudication detail*:@',
  'ClaimResponse.addItem.detail':
    'productOrService!:CodeableConcept modifier*:CodeableConcept quantity:Quantity unitPrice:Money factor:decimal net:Money noteNumber*:positiveInt adjudication!*:ClaimResponse.item.adjudication subDetail*:@',
  'ClaimResponse.addItem.detail.subDetail':
    'productOrService!:CodeableConcept modifier*:CodeableConcept quantity:Quantity unitPrice:Money factor:decimal net:Money noteNumber*:positiveInt adjudication!*:ClaimResponse.item.adjudication',
  'ClaimResponse.total': 'category!:CodeableConcept amount!:Money',
  'ClaimResponse.payment':
    'type!:CodeableConcept adjustment:Money adjustmentReason:CodeableConcept date:date amount!:Money identifier:Identifier',
  'ClaimResponse.processNote': 'number:positiveInt type:code text!:string language:CodeableConcept',
  'ClaimResponse.insurance':
    'sequence!:positiveInt focal!:boolean coverage!:Reference businessArrangement:string claimResponse:Reference',
  'ClaimResponse.error':
    'itemSequence:positiveInt detailSequence:positiveInt subDetailSequence:positiveInt code!:CodeableConcept',
  ClinicalImpression:
    'identifier*:Identifier status!:code statusReason:CodeableConcept code:CodeableConcept description:string subject!:Reference encounter:Reference effective[x]:dateTime|Period date:dateTime assessor:Reference previous:Reference problem*:Reference investigation*:@ protocol*:uri summary:string finding*:@ prognosisCodeableConcept*:CodeableConcept prognosisReference*:Reference supportingInfo*:Reference note*:Annotation',
  'ClinicalImpression.investigation': 'code!:CodeableConcept item*:Reference',
  'ClinicalImpression.finding': 'itemCodeableConcept:CodeableConcept itemReference:Reference basis:string',
  Composition:
    'identifier:Identifier status!:code type!:CodeableConcept category*:CodeableConcept subject:Reference encounter:Reference date!:dateTime author!*:Reference title!:string confidentiality:code attester*:@ custodian:Reference relatesTo*:@ event*:@ section*:@',
  'Composition.attester': 'mode!:code time:dateTime party:Reference',
  'Composition.relatesTo': 'code!:code target[x]!:Identifier|Reference',
  'Composition.event': 'code*:CodeableConcept period:Period detail*:Reference',
  'Composition.section':
    'title:string code:CodeableConcept author*:Reference focus:Reference text:Narrative mode:code orderedBy:CodeableConcept entry*:Reference emptyReason:CodeableConcept section*:Composition.section',
  Condition:
    'identifier*:Identifier clinicalStatus:CodeableConcept verificationStatus:CodeableConcept category*:CodeableConcept severity:CodeableConcept code:CodeableConcept bodySite*:CodeableConcept subject!:Reference encounter:Reference onset[x]:dateTime|Age|Period|Range|string abatement[x]:dateTime|Age|Period|Range|string recordedDate:dateTime recorder:Reference asserter:Reference stage*:@ evidence*:@ note*:Annotation',
  'Condition.stage': 'summary:CodeableConcept assessment*:Reference type:CodeableConcept',
  'Condition.evidence': 'code*:CodeableConcept detail*:Reference',
  Consent:
    'identifier*:Identifier status!:code scope!:CodeableConcept category!*:CodeableConcept patient:Reference dateTime:dateTime performer*:Reference organization*:Reference source[x]:Attachment|Reference policy*:@ policyRule:CodeableConcept verification*:@ provision:@',
  'Consent.policy': 'authority:uri uri:uri',
  'Consent.verification': 'verified!:boolean verifiedWith:Reference verificationDate:dateTime',
  'Consent.provision':
    'type:code period:Period actor*:@ action*:CodeableConcept securityLabel*:Coding purpose*:Coding class*:Coding code*:CodeableConcept dataPeriod:Period data*:@ provision*:Consent.provision',
  'Consent.provision.actor': 'role!:CodeableConcept reference!:Reference',
  'Consent.provision.data': 'meaning!:code reference!:Reference',
  Coverage:
    'identifier*:Identifier status!:code type:CodeableConcept policyHolder:Reference subscriber:Reference subscriberId:string beneficiary!:Reference dependent:string relationship:CodeableConcept period:Period payor!*:Reference class*:@ order:positiveInt network:string costToBeneficiary*:@ subrogation:boolean contract*:Reference',
  'Coverage.class': 'type!:CodeableConcept value!:string name:string',
  'Coverage.costToBeneficiary': 'type:CodeableConcept value[x]!:Quantity|Money exception*:@',
  'Coverage.costToBeneficiary.exception': 'type!:CodeableConcept period:Period',
  CoverageEligibilityResponse:
    'identifier*:Identifier status!:code purpose!*:code patient!:Reference serviced[x]:date|Period created!:dateTime requestor:Reference request!:Reference outcome!:code disposition:string insurer!:Reference insurance*:@ preAuthRef:string form:CodeableConcept error*:@',
  'CoverageEligibilityResponse.insurance': 'coverage!:Reference inforce:boolean benefitPeriod:Period item*:@',
  'CoverageEligibilityResponse.insurance.item':
    'category:CodeableConcept productOrService:CodeableConcept modifier*:CodeableConcept provider:Reference excluded:boolean name:string description:string network:CodeableConcept unit:CodeableConcept term:CodeableConcept benefit*:@ authorizationRequired:boolean authorizationSupporting*:CodeableConcept authorizationUrl:uri',
  'CoverageEligibilityResponse.insurance.item.benefit':
    'type!:CodeableConcept allowed[x]:unsignedInt|string|Money used[x]:unsignedInt|string|Money',
  'CoverageEligibilityResponse.error': 'code!:CodeableConcept',
  Device:
    'identifier*:Identifier definition:Reference udiCarrier*:@ status:code statusReason*:CodeableConcept distinctIdentifier:string manufacturer:string manufactureDate:dateTime expirationDate:dateTime lotNumber:string serialNumber:string deviceName*:@ modelNumber:string partNumber:string type:CodeableConcept specialization*:@ version*:@ property*:@ patient:Reference owner:Reference contact*:ContactPoint location:Reference url:uri note*:Annotation safety*:CodeableConcept parent:Reference',
  'Device.udiCarrier':
    'deviceIdentifier:string issuer:uri jurisdiction:uri carrierAIDC:base64Binary carrierHRF:string entryType:code',
  'Device.deviceName': 'name!:string type!:code',
  'Device.specialization': 'systemType!:CodeableConcept version:string',
  'Device.version': 'type:CodeableConcept component:Identifier value!:string',
  'Device.property': 'type!:CodeableConcept valueQuantity*:Quantity valueCode*:CodeableConcept',
  DeviceRequest:
    'identifier*:Identifier instantiatesCanonical*:canonical instantiatesUri*:uri basedOn*:Reference priorRequest*:Reference groupIdentifier:Identifier status:code intent!:code priority:code code[x]!:Reference|CodeableConcept parameter*:@ subject!:Reference encounter:Reference occurrence[x]:dateTime|Period|Timing authoredOn:dateTime requester:Reference performerType:CodeableConcept performer:Reference reasonCode*:CodeableConcept reasonReference*:Reference insurance*:Reference supportingInfo*:Reference note*:Annotation relevantHistory*:Reference',
  'DeviceRequest.parameter': 'code:CodeableConcept value[x]:CodeableConcept|Quantity|Range|boolean',
  DeviceUseStatement:
    'identifier*:Identifier basedOn*:Reference status!:code subject!:Reference derivedFrom*:Reference timing[x]:Timing|Period|dateTime recordedOn:dateTime source:Reference device!:Reference reasonCode*:CodeableConcept reasonReference*:Reference bodySite:CodeableConcept note*:Annotation',
  DiagnosticReport:
    'identifier*:Identifier basedOn*:Reference status!:code category*:CodeableConcept code!:CodeableConcept subject:Reference encounter:Reference effective[x]:dateTime|Period issued:instant performer*:Reference resultsInterpreter*:Reference specimen*:Reference result*:Reference imagingStudy*:Reference media*:@ conclusion:string conclusionCode*:CodeableConcept presentedForm*:Attachment',
  'DiagnosticReport.media': 'comment:string link!:Reference',
  DocumentReference:
    'masterIdentifier:Identifier identifier*:Identifier status!:code docStatus:code type:CodeableConcept category*:CodeableConcept subject:Reference date:instant author*:Reference authenticator:Reference custodian:Reference relatesTo*:@ description:string securityLabel*:CodeableConcept content!*:@ context:@',
  'DocumentReference.relatesTo': 'code!:code target!:Reference',
  'DocumentReference.content': 'attachment!:Attachment format:Coding',
  'DocumentReference.context':
    'encounter*:Reference event*:CodeableConcept period:Period facilityType:CodeableConcept practiceSetting:CodeableConcept sourcePatientInfo:Reference related*:Reference',
  Encounter:
    'identifier*:Identifier status!:code statusHistory*:@ class!:Coding classHistory*:@ type*:CodeableConcept serviceType:CodeableConcept priority:CodeableConcept subject:Reference episodeOfCare*:Reference basedOn*:Reference participant*:@ appointment*:Reference period:Period length:Duration reasonCode*:CodeableConcept reasonReference*:Reference diagnosis*:@ account*:Reference hospitalization:@ location*:@ serviceProvider:Reference partOf:Reference',
  'Encounter.statusHistory': 'status!:code period!:Period',
  'Encounter.classHistory': 'class!:Coding period!:Period',
  'Encounter.participant': 'type*:CodeableConcept period:Period individual:Reference',
  'Encounter.diagnosis': 'condition!:Reference use:CodeableConcept rank:positiveInt',
  'Encounter.hospitalization':
    'preAdmissionIdentifier:Identifier origin:Reference admitSource:CodeableConcept reAdmission:CodeableConcept dietPreference*:CodeableConcept specialCourtesy*:CodeableConcept specialArrangement*:CodeableConcept destination:Reference dischargeDisposition:CodeableConcept',
  'Encounter.location': 'location!:Reference status:code physicalType:CodeableConcept period:Period',
  EpisodeOfCare:
    'identifier*:Identifier status!:code statusHistory*:@ type*:CodeableConcept diagnosis*:@ patient!:Reference managingOrganization:Reference period:Period referralRequest*:Reference careManager:Reference team*:Reference account*:Reference',
  'EpisodeOfCare.statusHistory': 'status!:code period!:Period',
  'EpisodeOfCare.diagnosis': 'condition!:Reference role:CodeableConcept rank:positiveInt',
  ExplanationOfBenefit:
    'identifier*:Identifier status!:code type!:CodeableConcept subType:CodeableConcept use!:code patient!:Reference billablePeriod:Period created!:dateTime enterer:Reference insurer!:Reference provider!:Reference priority:CodeableConcept fundsReserveRequested:CodeableConcept fundsReserve:CodeableConcept related*:@ prescription:Reference originalPrescription:Reference payee:@ referral:Reference facility:Reference claim:Reference claimResponse:Reference outcome!:code disposition:string preAuthRef*:string preAuthRefPeriod*:Period careTeam*:@ supportingInfo*:@ diagnosis*:@ procedure*:@ precedence:positiveInt insurance!*:@ accident:@ item*:@ addItem*:@ adjudication*:ExplanationOfBenefit.item.adjudication total*:@ payment:@ formCode:CodeableConcept form:Attachment processNote*:@ benefitPeriod:Period benefitBalance*:@',
  'ExplanationOfBenefit.related': 'claim:Reference relationship:CodeableConcept reference:Identifier',
  'ExplanationOfBenefit.payee': 'type:CodeableConcept party:Reference',
  'ExplanationOfBenefit.careTeam':
    'sequence!:positiveInt provider!:Reference responsible:boolean role:CodeableConcept qualification:CodeableConcept',
  'ExplanationOfBenefit.supportingInfo':
    'sequence!:positiveInt category!:CodeableConcept code:CodeableConcept timing[x]:date|Period value[x]:boolean|string|Quantity|Attachment|Reference reason:Coding',
  'ExplanationOfBenefit.diagnosis':
    'sequence!:positiveInt diagnosis[x]!:CodeableConcept|Reference type*:CodeableConcept onAdmission:CodeableConcept packageCode:CodeableConcept',
  'ExplanationOfBenefit.procedure':
    'sequence!:positiveInt type*:CodeableConcept date:dateTime procedure[x]!:CodeableConcept|Reference udi*:Reference',
  'ExplanationOfBenefit.insurance': 'focal!:boolean coverage!:Reference preAuthRef*:string',
  'ExplanationOfBenefit.accident': 'date:date type:CodeableConcept location[x]:Address|Reference',
  'ExplanationOfBenefit.item':
    'sequence!:positiveInt careTeamSequence*:positiveInt diagnosisSequence*:positiveInt procedureSequence*:positiveInt informationSequence*:positiveInt revenue:CodeableConcept category:CodeableConcept productOrService!:CodeableConcept modifier*:CodeableConcept programCode*:CodeableConcept serviced[x]:date|Period location[x]:CodeableConcept|Address|Reference quantity:Quantity unitPrice:Money factor:decimal net:Money udi*:Reference bodySite:CodeableConcept subSite*:CodeableConcept encounter*:Reference noteNumber*:positiveInt adjudication*:@ detail*:@',
  'ExplanationOfBenefit.item.adjudication':
    'category!:CodeableConcept reason:CodeableConcept amount:Money value:decimal',
  'ExplanationOfBenefit.item.detail':
    'sequence!:positiveInt revenue:CodeableConcept category:CodeableConcept productOrService!:CodeableConcept modifier*:CodeableConcept programCode*:CodeableConcept quantity:Quantity unitPrice:Money factor:decimal net:Money udi*:Reference noteNumber*:positiveInt adjudication*:ExplanationOfBenefit.item.adjudication subDetail*:@',
  'ExplanationOfBenefit.item.detail.subDetail':
    'sequence!:positiveInt revenue:CodeableConcept category:CodeableConcept productOrService!:CodeableConcept modifier*:CodeableConcept programCode*:CodeableConcept quantity:Quantity unitPrice:Money factor:decimal net:Money udi*:Reference noteNumber*:positiveInt adjudication*:ExplanationOfBenefit.item.adjudication',
  'ExplanationOfBenefit.addItem':
    'itemSequence*:positiveInt detailSequence*:positiveInt subDetailSequence*:positiveInt provider*:Reference productOrService!:CodeableConcept modifier*:CodeableConcept programCode*:CodeableConcept serviced[x]:date|Period location[x]:CodeableConcept|Address|Reference quantity:Quantity unitPrice:Money factor:decimal net:Money bodySite:CodeableConcept subSite*:CodeableConcept noteNumber*:positiveInt adjudication*:ExplanationOfBenefit.item.adjudication detail*:@',
  'ExplanationOfBenefit.addItem.detail':
    'productOrService!:CodeableConcept modifier*:CodeableConcept quantity:Quantity unitPrice:Money factor:decimal net:Money noteNumber*:positiveInt adjudication*:ExplanationOfBenefit.item.adjudication subDetail*:@',
  'ExplanationOfBenefit.addItem.detail.subDetail':
    'productOrService!:CodeableConcept modifier*:CodeableConcept quantity:Quantity unitPrice:Money factor:decimal net:Money noteNumber*:positiveInt adjudication*:ExplanationOfBenefit.item.adjudication',
  'ExplanationOfBenefit.total': 'category!:CodeableConcept amount!:Money',
  'ExplanationOfBenefit.payment':
    'type:CodeableConcept adjustment:Money adjustmentReason:CodeableConcept date:date amount:Money identifier:Identifier',
  'ExplanationOfBenefit.processNote': 'number:positiveInt type:code text:string language:CodeableConcept',
  'ExplanationOfBenefit.benefitBalance':
    'category!:CodeableConcept excluded:boolean name:string description:string network:CodeableConcept unit:CodeableConcept term:CodeableConcept financial*:@',
  'ExplanationOfBenefit.benefitBalance.financial':
    'type!:CodeableConcept allowed[x]:unsignedInt|string|Money used[x]:unsignedInt|Money',
  FamilyMemberHistory:
    'identifier*:Identifier instantiatesCanonical*:canonical instantiatesUri*:uri status!:code dataAbsentReason:CodeableConcept patient!:Reference date:dateTime name:string relationship!:CodeableConcept sex:CodeableConcept born[x]:Period|date|string age[x]:Age|Range|string estimatedAge:boolean deceased[x]:boolean|Age|Range|date|string reasonCode*:CodeableConcept reasonReference*:Reference note*:Annotation condition*:@',
  'FamilyMemberHistory.condition':
    'code!:CodeableConcept outcome:CodeableConcept contributedToDeath:boolean onset[x]:Age|Range|Period|string note*:Annotation',
  Flag: 'identifier*:Identifier status!:code category*:CodeableConcept code!:CodeableConcept subject!:Reference period:Period encounter:Reference author:Reference',
  Goal: 'identifier*:Identifier lifecycleStatus!:code achievementStatus:CodeableConcept category*:CodeableConcept priority:CodeableConcept description!:CodeableConcept subject!:Reference start[x]:date|CodeableConcept target*:@ statusDate:date statusReason:string expressedBy:Reference addresses*:Reference note*:Annotation outcomeCode*:CodeableConcept outcomeReference*:Reference',
  'Goal.target':
    'measure:CodeableConcept detail[x]:Quantity|Range|CodeableConcept|string|boolean|integer|Ratio due[x]:date|Duration',
  ImagingStudy:
    'identifier*:Identifier status!:code modality*:Coding subject!:Reference encounter:Reference started:dateTime basedOn*:Reference referrer:Reference interpreter*:Reference endpoint*:Reference numberOfSeries:unsignedInt numberOfInstances:unsignedInt procedureReference:Reference procedureCode*:CodeableConcept location:Reference reasonCode*:CodeableConcept reasonReference*:Reference note*:Annotation description:string series*:@',
  'ImagingStudy.series':
    'uid!:id number:unsignedInt modality!:Coding description:string numberOfInstances:unsignedInt endpoint*:Reference bodySite:Coding laterality:Coding specimen*:Reference started:dateTime performer*:@ instance*:@',
  'ImagingStudy.series.performer': 'function:CodeableConcept actor!:Reference',
  'ImagingStudy.series.instance': 'uid!:id sopClass!:Coding number:unsignedInt title:string',
  Immunization:
    'identifier*:Identifier status!:code statusReason:CodeableConcept vaccineCode!:CodeableConcept patient!:Reference encounter:Reference occurrence[x]!:dateTime|string recorded:dateTime primarySource:boolean reportOrigin:CodeableConcept location:Reference manufacturer:Reference lotNumber:string expirationDate:date site:CodeableConcept route:CodeableConcept doseQuantity:Quantity performer*:@ note*:Annotation reasonCode*:CodeableConcept reasonReference*:Reference isSubpotent:boolean subpotentReason*:CodeableConcept education*:@ programEligibility*:CodeableConcept fundingSource:CodeableConcept reaction*:@ protocolApplied*:@',
  'Immunization.performer': 'function:CodeableConcept actor!:Reference',
  'Immunization.education': 'documentType:string reference:uri publicationDate:dateTime presentationDate:dateTime',
  'Immunization.reaction': 'date:dateTime detail:Reference reported:boolean',
  'Immunization.protocolApplied':
    'series:string authority:Reference targetDisease*:CodeableConcept doseNumber[x]!:positiveInt|string seriesDoses[x]:positiveInt|string',
  ImmunizationRecommendation:
    'identifier*:Identifier patient!:Reference date!:dateTime authority:Reference recommendation!*:@',
  'ImmunizationRecommendation.recommendation':
    'vaccineCode*:CodeableConcept targetDisease:CodeableConcept contraindicatedVaccineCode*:CodeableConcept forecastStatus!:CodeableConcept forecastReason*:CodeableConcept dateCriterion*:@ description:string series:string doseNumber[x]:positiveInt|string seriesDoses[x]:positiveInt|string supportingImmunization*:Reference supportingPatientInformation*:Reference',
  'ImmunizationRecommendation.recommendation.dateCriterion': 'code!:CodeableConcept value!:dateTime',
  List: 'identifier*:Identifier status!:code mode!:code title:string code:CodeableConcept subject:Reference encounter:Reference date:dateTime source:Reference orderedBy:CodeableConcept note*:Annotation entry*:@ emptyReason:CodeableConcept',
  'List.entry': 'flag:CodeableConcept deleted:boolean date:dateTime item!:Reference',
  Location:
    'identifier*:Identifier status:code operationalStatus:Coding name:string alias*:string description:string mode:code type*:CodeableConcept telecom*:ContactPoint address:Address physicalType:CodeableConcept position:@ managingOrganization:Reference partOf:Reference hoursOfOperation*:@ availabilityExceptions:string endpoint*:Reference',
  'Location.position': 'longitude!:decimal latitude!:decimal altitude:decimal',
  'Location.hoursOfOperation': 'daysOfWeek*:code allDay:boolean openingTime:time closingTime:time',
  Media:
    'identifier*:Identifier basedOn*:Reference partOf*:Reference status!:code type:CodeableConcept modality:CodeableConcept view:CodeableConcept subject:Reference encounter:Reference created[x]:dateTime|Period issued:instant operator:Reference reasonCode*:CodeableConcept bodySite:CodeableConcept deviceName:string device:Reference height:positiveInt width:positiveInt frames:positiveInt duration:decimal content!:Attachment note*:Annotation',
  Medication:
    'identifier*:Identifier code:CodeableConcept status:code manufacturer:Reference form:CodeableConcept amount:Ratio ingredient*:@ batch:@',
  'Medication.ingredient': 'item[x]!:CodeableConcept|Reference isActive:boolean strength:Ratio',
  'Medication.batch': 'lotNumber:string expirationDate:dateTime',
  MedicationAdministration:
    'identifier*:Identifier instantiates*:uri partOf*:Reference status!:code statusReason*:CodeableConcept category:CodeableConcept medication[x]!:CodeableConcept|Reference subject!:Reference context:Reference supportingInformation*:Reference effective[x]!:dateTime|Period performer*:@ reasonCode*:CodeableConcept reasonReference*:Reference request:Reference device*:Reference note*:Annotation dosage:@ eventHistory*:Reference',
  'MedicationAdministration.performer': 'function:CodeableConcept actor!:Reference',
  'MedicationAdministration.dosage':
    'text:string site:CodeableConcept route:CodeableConcept method:CodeableConcept dose:Quantity rate[x]:Ratio|Quantity',
  MedicationDispense:
    'identifier*:Identifier partOf*:Reference status!:code statusReason[x]:CodeableConcept|Reference category:CodeableConcept medication[x]!:CodeableConcept|Reference subject:Reference context:Reference supportingInformation*:Reference performer*:@ location:Reference authorizingPrescription*:Reference type:CodeableConcept quantity:Quantity daysSupply:Quantity whenPrepared:dateTime whenHandedOver:dateTime destination:Reference receiver*:Reference note*:Annotation dosageInstruction*:Dosage substitution:@ detectedIssue*:Reference eventHistory*:Reference',
  'MedicationDispense.performer': 'function:CodeableConcept actor!:Reference',
  'MedicationDispense.substitution':
    'wasSubstituted!:boolean type:CodeableConcept reason*:CodeableConcept responsibleParty*:Reference',
  MedicationRequest:
    'identifier*:Identifier status!:code statusReason:CodeableConcept intent!:code category*:CodeableConcept priority:code doNotPerform:boolean reported[x]:boolean|Reference medication[x]!:CodeableConcept|Reference subject!:Reference encounter:Reference supportingInformation*:Reference authoredOn:dateTime requester:Reference performer:Reference performerType:CodeableConcept recorder:Reference reasonCode*:CodeableConcept reasonReference*:Reference instantiatesCanonical*:canonical instantiatesUri*:uri basedOn*:Reference groupIdentifier:Identifier courseOfTherapyType:CodeableConcept insurance*:Reference note*:Annotation dosageInstruction*:Dosage dispenseRequest:@ substitution:@ priorPrescription:Reference detectedIssue*:Reference eventHistory*:Reference',
  'MedicationRequest.dispenseRequest':
    'initialFill:@ dispenseInterval:Duration validityPeriod:Period numberOfRepeatsAllowed:unsignedInt quantity:Quantity expectedSupplyDuration:Duration performer:Reference',
  'MedicationRequest.dispenseRequest.initialFill': 'quantity:Quantity duration:Duration',
  'MedicationRequest.substitution': 'allowed[x]!:boolean|CodeableConcept reason:CodeableConcept',
  MedicationStatement:
    'identifier*:Identifier basedOn*:Reference partOf*:Reference status!:code statusReason*:CodeableConcept category:CodeableConcept medication[x]!:CodeableConcept|Reference subject!:Reference context:Reference effective[x]:dateTime|Period dateAsserted:dateTime informationSource:Reference derivedFrom*:Reference reasonCode*:CodeableConcept reasonReference*:Reference note*:Annotation dosage*:Dosage',
  Observation:
    'identifier*:Identifier basedOn*:Reference partOf*:Reference status!:code category*:CodeableConcept code!:CodeableConcept subject:Reference focus*:Reference encounter:Reference effective[x]:dateTime|Period|Timing|instant issued:instant performer*:Reference value[x]:Quantity|CodeableConcept|string|boolean|integer|Range|Ratio|SampledData|time|dateTime|Period dataAbsentReason:CodeableConcept interpretation*:CodeableConcept note*:Annotation bodySite:CodeableConcept method:CodeableConcept specimen:Reference device:Reference referenceRange*:@ hasMember*:Reference derivedFrom*:Reference component*:@',
  'Observation.referenceRange':
    'low:Quantity high:Quantity type:CodeableConcept appliesTo*:CodeableConcept age:Range text:string',
  'Observation.component':
    'code!:CodeableConcept value[x]:Quantity|CodeableConcept|string|boolean|integer|Range|Ratio|SampledData|time|dateTime|Period dataAbsentReason:CodeableConcept interpretation*:CodeableConcept referenceRange*:Observation.referenceRange',
  Organization:
    'identifier*:Identifier active:boolean type*:CodeableConcept name:string alias*:string telecom*:ContactPoint address*:Address partOf:Reference contact*:@ endpoint*:Reference',
  'Organization.contact': 'purpose:CodeableConcept name:HumanName telecom*:ContactPoint address:Address',
  Patient:
    'identifier*:Identifier active:boolean name*:HumanName telecom*:ContactPoint gender:code birthDate:date deceased[x]:boolean|dateTime address*:Address maritalStatus:CodeableConcept multipleBirth[x]:boolean|integer photo*:Attachment contact*:@ communication*:@ generalPractitioner*:Reference managingOrganization:Reference link*:@',
  'Patient.contact':
    'relationship*:CodeableConcept name:HumanName telecom*:ContactPoint address:Address gender:code organization:Reference period:Period',
  'Patient.communication': 'language!:CodeableConcept preferred:boolean',
  'Patient.link': 'other!:Reference type!:code',
  Practitioner:
    'identifier*:Identifier active:boolean name*:HumanName telecom*:ContactPoint address*:Address gender:code birthDate:date photo*:Attachment qualification*:@ communication*:CodeableConcept',
  'Practitioner.qualification': 'identifier*:Identifier code!:CodeableConcept period:Period issuer:Reference',
  PractitionerRole:
    'identifier*:Identifier active:boolean period:Period practitioner:Reference organization:Reference code*:CodeableConcept specialty*:CodeableConcept location*:Reference healthcareService*:Reference telecom*:ContactPoint availableTime*:@ notAvailable*:@ availabilityExceptions:string endpoint*:Reference',
  'PractitionerRole.availableTime': 'daysOfWeek*:code allDay:boolean availableStartTime:time availableEndTime:time',
  'PractitionerRole.notAvailable': 'description!:string during:Period',
  Procedure:
    'identifier*:Identifier instantiatesCanonical*:canonical instantiatesUri*:uri basedOn*:Reference partOf*:Reference status!:code statusReason:CodeableConcept category:CodeableConcept code:CodeableConcept subject!:Reference encounter:Reference performed[x]:dateTime|Period|string|Age|Range recorder:Reference asserter:Reference performer*:@ location:Reference reasonCode*:CodeableConcept reasonReference*:Reference bodySite*:CodeableConcept outcome:CodeableConcept report*:Reference complication*:CodeableConcept complicationDetail*:Reference followUp*:CodeableConcept note*:Annotation focalDevice*:@ usedReference*:Reference usedCode*:CodeableConcept',
  'Procedure.performer': 'function:CodeableConcept actor!:Reference onBehalfOf:Reference',
  'Procedure.focalDevice': 'action:CodeableConcept manipulated!:Reference',
  Provenance:
    'target!*:Reference occurred[x]:Period|dateTime recorded!:instant policy*:uri location:Reference reason*:CodeableConcept activity:CodeableConcept agent!*:@ entity*:@ signature*:Signature',
  'Provenance.agent': 'type:CodeableConcept role*:CodeableConcept who!:Reference onBehalfOf:Reference',
  'Provenance.entity': 'role!:code what!:Reference agent*:Provenance.agent',
  QuestionnaireResponse:
    'identifier:Identifier basedOn*:Reference partOf*:Reference questionnaire:canonical status!:code subject:Reference encounter:Reference authored:dateTime author:Reference source:Reference item*:@',
  'QuestionnaireResponse.item': 'linkId!:string definition:uri text:string answer*:@ item*:QuestionnaireResponse.item',
  'QuestionnaireResponse.item.answer':
    'value[x]:boolean|decimal|integer|date|dateTime|time|string|uri|Attachment|Coding|Quantity|Reference item*:QuestionnaireResponse.item',
  RelatedPerson:
    'identifier*:Identifier active:boolean patient!:Reference relationship*:CodeableConcept name*:HumanName telecom*:ContactPoint gender:code birthDate:date address*:Address photo*:Attachment period:Period communication*:@',
  'RelatedPerson.communication': 'language!:CodeableConcept preferred:boolean',
  RiskAssessment:
    'identifier*:Identifier basedOn:Reference parent:Reference status!:code method:CodeableConcept code:CodeableConcept subject!:Reference encounter:Reference occurrence[x]:dateTime|Period condition:Reference performer:Reference reasonCode*:CodeableConcept reasonReference*:Reference basis*:Reference prediction*:@ mitigation:string note*:Annotation',
  'RiskAssessment.prediction':
    'outcome:CodeableConcept probability[x]:decimal|Range qualitativeRisk:CodeableConcept relativeRisk:decimal when[x]:Period|Range rationale:string',
  ServiceRequest:
    'identifier*:Identifier instantiatesCanonical*:canonical instantiatesUri*:uri basedOn*:Reference replaces*:Reference requisition:Identifier status!:code intent!:code category*:CodeableConcept priority:code doNotPerform:boolean code:CodeableConcept orderDetail*:CodeableConcept quantity[x]:Quantity|Ratio|Range subject!:Reference encounter:Reference occurrence[x]:dateTime|Period|Timing asNeeded[x]:boolean|CodeableConcept authoredOn:dateTime requester:Reference performerType:CodeableConcept performer*:Reference locationCode*:CodeableConcept locationReference*:Reference reasonCode*:CodeableConcept reasonReference*:Reference insurance*:Reference supportingInfo*:Reference specimen*:Reference bodySite*:CodeableConcept note*:Annotation patientInstruction:string relevantHistory*:Reference',
  Specimen:
    'identifier*:Identifier accessionIdentifier:Identifier status:code type:CodeableConcept subject:Reference receivedTime:dateTime parent*:Reference request*:Reference collection:@ processing*:@ container*:@ condition*:CodeableConcept note*:Annotation',
  'Specimen.collection':
    'collector:Reference collected[x]:dateTime|Period duration:Duration quantity:Quantity method:CodeableConcept bodySite:CodeableConcept fastingStatus[x]:CodeableConcept|Duration',
  'Specimen.processing': 'description:string procedure:CodeableConcept additive*:Reference time[x]:dateTime|Period',
  'Specimen.container':
    'identifier*:Identifier description:string type:CodeableConcept capacity:Quantity specimenQuantity:Quantity additive[x]:CodeableConcept|Reference',
  Address:
    'use:code type:code text:string line*:string city:string district:string state:string postalCode:string country:string period:Period',
  Annotation: 'author[x]:Reference|string time:dateTime text!:markdown',
  Attachment:
    'contentType:code language:code data:base64Binary url:url size:unsignedInt hash:base64Binary title:string creation:dateTime',
  CodeableConcept: 'coding*:Coding text:string',
  Coding: 'system:uri version:string code:code display:string userSelected:boolean',
  ContactPoint: 'system:code value:string use:code rank:positiveInt period:Period',
  Dosage:
    'sequence:integer text:string additionalInstruction*:CodeableConcept patientInstruction:string timing:Timing asNeeded[x]:boolean|CodeableConcept site:CodeableConcept route:CodeableConcept method:CodeableConcept doseAndRate*:@ maxDosePerPeriod:Ratio maxDosePerAdministration:Quantity maxDosePerLifetime:Quantity',
  'Dosage.doseAndRate': 'type:CodeableConcept dose[x]:Range|Quantity rate[x]:Ratio|Range|Quantity',
  HumanName: 'use:code text:string family:string given*:string prefix*:string suffix*:string period:Period',
  Identifier: 'use:code type:CodeableConcept system:uri value:string period:Period assigner:Reference',
  Meta: 'versionId:id lastUpdated:instant source:uri profile*:canonical security*:Coding tag*:Coding project:uri author:Reference onBehalfOf:Reference account:Reference accounts*:Reference compartment*:Reference',
  Money: 'value:decimal currency:code',
  Narrative: 'status!:code div!:xhtml',
  Period: 'start:dateTime end:dateTime',
  Quantity: 'value:decimal comparator:code unit:string system:uri code:code',
  Range: 'low:Quantity high:Quantity',
  Ratio: 'numerator:Quantity denominator:Quantity',
  Reference: 'reference:string type:uri identifier:Identifier display:string',
  SampledData:
    'origin!:Quantity period!:decimal factor:decimal lowerLimit:decimal upperLimit:decimal dimensions!:positiveInt data:string',
  Signature:
    'type!*:Coding when!:instant who!:Reference onBehalfOf:Reference targetFormat:code sigFormat:code data:base64Binary',
  Timing: 'event*:dateTime repeat:@ code:CodeableConcept',
  'Timing.repeat':
    'bounds[x]:Duration|Range|Period count:positiveInt countMax:positiveInt duration:decimal durationMax:decimal durationUnit:code frequency:positiveInt frequencyMax:positiveInt period:decimal periodMax:decimal periodUnit:code dayOfWeek*:code timeOfDay*:time when*:code offset:unsignedInt',
};
