/** Names of resource types: those of R4, and those that only other versions of FHIR have. */

/** @source HL7 FHIR R4 4.0.1, ResourceType without the abstract ones: 146 names */
const R4 = `Account ActivityDefinition AdverseEvent AllergyIntolerance Appointment AppointmentResponse AuditEvent Basic Binary
BiologicallyDerivedProduct BodyStructure Bundle CapabilityStatement CarePlan CareTeam CatalogEntry ChargeItem ChargeItemDefinition
Claim ClaimResponse ClinicalImpression CodeSystem Communication CommunicationRequest CompartmentDefinition Composition ConceptMap
Condition Consent Contract Coverage CoverageEligibilityRequest CoverageEligibilityResponse DetectedIssue Device DeviceDefinition
DeviceMetric DeviceRequest DeviceUseStatement DiagnosticReport DocumentManifest DocumentReference EffectEvidenceSynthesis Encounter
Endpoint EnrollmentRequest EnrollmentResponse EpisodeOfCare EventDefinition Evidence EvidenceVariable ExampleScenario
ExplanationOfBenefit FamilyMemberHistory Flag Goal GraphDefinition Group GuidanceResponse HealthcareService ImagingStudy Immunization
ImmunizationEvaluation ImmunizationRecommendation ImplementationGuide InsurancePlan Invoice Library Linkage List Location Measure
MeasureReport Media Medication MedicationAdministration MedicationDispense MedicationKnowledge MedicationRequest MedicationStatement
MedicinalProduct MedicinalProductAuthorization MedicinalProductContraindication MedicinalProductIndication MedicinalProductIngredient
MedicinalProductInteraction MedicinalProductManufactured MedicinalProductPackaged MedicinalProductPharmaceutical
MedicinalProductUndesirableEffect MessageDefinition MessageHeader MolecularSequence NamingSystem NutritionOrder Observation
ObservationDefinition OperationDefinition OperationOutcome Organization OrganizationAffiliation Parameters Patient PaymentNotice
PaymentReconciliation Person PlanDefinition Practitioner PractitionerRole Procedure Provenance Questionnaire QuestionnaireResponse
RelatedPerson RequestGroup ResearchDefinition ResearchElementDefinition ResearchStudy ResearchSubject RiskAssessment
RiskEvidenceSynthesis Schedule SearchParameter ServiceRequest Slot Specimen SpecimenDefinition StructureDefinition StructureMap
Subscription Substance SubstanceNucleicAcid SubstancePolymer SubstanceProtein SubstanceReferenceInformation SubstanceSourceMaterial
SubstanceSpecification SupplyDelivery SupplyRequest Task TerminologyCapabilities TestReport TestScript ValueSet VerificationResult
VisionPrescription`;

/** @source HL7 FHIR DSTU2 and STU3, ResourceType: those that R4 dropped */
const OLDER = `BodySite Conformance DataElement DeviceComponent DeviceUseRequest DiagnosticOrder EligibilityRequest EligibilityResponse
ExpansionProfile ImagingExcerpt ImagingManifest ImagingObjectSelection MedicationOrder Order OrderResponse ProcedureRequest
ProcessRequest ProcessResponse ReferralRequest Sequence ServiceDefinition`;

/** @source HL7 FHIR R4B and R5, ResourceType: those that came after R4 */
const NEWER = `ActorDefinition AdministrableProductDefinition ArtifactAssessment BiologicallyDerivedProductDispense Citation
ClinicalUseDefinition ConditionDefinition DeviceAlert DeviceAssociation DeviceDispense DeviceUsage EncounterHistory EvidenceReport
FormularyItem GenomicStudy ImagingSelection Ingredient InsuranceProduct InventoryItem InventoryReport ManufacturedItemDefinition
MedicinalProductDefinition NutritionIntake NutritionProduct PackagedProductDefinition Permission RegulatedAuthorization
RequestOrchestration Requirements SubscriptionStatus SubscriptionTopic SubstanceDefinition TestPlan Transport`;

export const R4_TYPES: ReadonlySet<string> = new Set(R4.split(/\s/));

export const OTHER_VERSION_TYPES: ReadonlyMap<string, 'older' | 'newer'> = new Map([
  ...OLDER.split(/\s/).map((type) => [type, 'older'] as const),
  ...NEWER.split(/\s/).map((type) => [type, 'newer'] as const),
]);
