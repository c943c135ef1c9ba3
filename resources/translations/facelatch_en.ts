<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>Counted</name>
    <message numerus="yes">
        <source>Tried %n time(s); it goes on being tried.</source>
        <translation>
            <numerusform>Tried once; it goes on being tried.</numerusform>
            <numerusform>Tried %n times; it goes on being tried.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TakingStep</name>
    <message numerus="yes">
        <source>%n picture(s) stored</source>
        <translation>
            <numerusform>%n picture stored</numerusform>
            <numerusform>%n pictures stored</numerusform>
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
