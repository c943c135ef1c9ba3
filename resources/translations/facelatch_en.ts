<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>CameraAttemptTexts</name>
    <message numerus="yes">
        <source>Tried %n time(s); retrying.</source>
        <translation>
            <numerusform>Tried once; retrying.</numerusform>
            <numerusform>Tried %n times; retrying.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CheckCard</name>
    <message numerus="yes">
        <source>%n problem(s) found</source>
        <translation>
            <numerusform>%n problem found</numerusform>
            <numerusform>%n problems found</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ErasePane</name>
    <message numerus="yes">
        <source>%n template(s)</source>
        <translation>
            <numerusform>%n template</numerusform>
            <numerusform>%n templates</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n consent(s)</source>
        <translation>
            <numerusform>%n consent</numerusform>
            <numerusform>%n consents</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ExportPanel</name>
    <message numerus="yes">
        <source>%n person(s) exported.</source>
        <translation>
            <numerusform>%n person exported.</numerusform>
            <numerusform>%n people exported.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ImportOutcomes</name>
    <message numerus="yes">
        <source>%n person(s) from another model: templates recreated from stored pictures</source>
        <translation>
            <numerusform>%n person from another model: templates recreated from stored pictures</numerusform>
            <numerusform>%n people from another model: templates recreated from stored pictures</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n person(s) to re-enrol: templates from another model</source>
        <translation>
            <numerusform>%n person to re-enrol: templates from another model</numerusform>
            <numerusform>%n people to re-enrol: templates from another model</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ImportPanel</name>
    <message numerus="yes">
        <source>%n person(s), encrypted.</source>
        <translation>
            <numerusform>%n person, encrypted.</numerusform>
            <numerusform>%n people, encrypted.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Keypad</name>
    <message numerus="yes">
        <source>%n character(s) typed</source>
        <translation>
            <numerusform>%n character typed</numerusform>
            <numerusform>%n characters typed</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MergePane</name>
    <message numerus="yes">
        <source>%n template(s)</source>
        <translation>
            <numerusform>%n template</numerusform>
            <numerusform>%n templates</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>NewPassphraseField</name>
    <message numerus="yes">
        <source>At least %n characters</source>
        <translation>
            <numerusform>At least %n character</numerusform>
            <numerusform>At least %n characters</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PersonController</name>
    <message numerus="yes">
        <source>Processing %n picture(s)</source>
        <translation>
            <numerusform>Processing %n picture</numerusform>
            <numerusform>Processing %n pictures</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n template(s) added.</source>
        <translation>
            <numerusform>%n template added.</numerusform>
            <numerusform>%n templates added.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ReenrolmentBar</name>
    <message numerus="yes">
        <source>After the next start, %n person(s) must be re-enrolled.</source>
        <translation>
            <numerusform>After the next start, %n person must be re-enrolled.</numerusform>
            <numerusform>After the next start, %n people must be re-enrolled.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them can be migrated from stored pictures.</source>
        <translation>
            <numerusform>%n of them can be migrated from stored pictures.</numerusform>
            <numerusform>%n of them can be migrated from stored pictures.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n person(s) must be re-enrolled: no template for this model.</source>
        <translation>
            <numerusform>%n person must be re-enrolled: no template for this model.</numerusform>
            <numerusform>%n people must be re-enrolled: no template for this model.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n migrated from stored pictures.</source>
        <translation>
            <numerusform>%n migrated from stored pictures.</numerusform>
            <numerusform>%n migrated from stored pictures.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ResetBar</name>
    <message numerus="yes">
        <source>Reset %n setting(s) to default?</source>
        <translation>
            <numerusform>Reset %n setting to default?</numerusform>
            <numerusform>Reset %n settings to default?</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ResultsTable</name>
    <message numerus="yes">
        <source>Presentations without a face: %n.</source>
        <translation>
            <numerusform>Presentations without a face: %n.</numerusform>
            <numerusform>Presentations without a face: %n.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SignInPane</name>
    <message numerus="yes">
        <source>Too many wrong passwords. Wait %n second(s).</source>
        <translation>
            <numerusform>Too many wrong passwords. Wait 1 second.</numerusform>
            <numerusform>Too many wrong passwords. Wait %n seconds.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SummaryStep</name>
    <message numerus="yes">
        <source>%n template(s) saved</source>
        <translation>
            <numerusform>%n template saved</numerusform>
            <numerusform>%n templates saved</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TemplatesSection</name>
    <message numerus="yes">
        <source>Templates · %n in use</source>
        <translation>
            <numerusform>Templates · %n in use</numerusform>
            <numerusform>Templates · %n in use</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n day(s) old</source>
        <translation>
            <numerusform>%n day old</numerusform>
            <numerusform>%n days old</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n year(s) old</source>
        <translation>
            <numerusform>%n year old</numerusform>
            <numerusform>%n years old</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>VerdictCard</name>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
</context>
</TS>
